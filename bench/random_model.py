#!/usr/bin/env python3
"""A sentence encoder of any size with random weights and the tokenizer of another one, to measure speed with.

    ~/.cache/reprtune/peers/bin/python bench/random_model.py TOKENIZER_OF NEW_FOLDER [--layers 12 --hidden 768 --heads 12]
"""

import argparse
import pathlib
import shutil

TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "modules.json",
                   "sentence_bert_config.json", "config_sentence_transformers.json")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tokenizer_of", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--hidden", type=int, default=768)
    parser.add_argument("--heads", type=int, default=12)
    options = parser.parse_args()

    import torch
    from sentence_transformers import SentenceTransformer
    from transformers import BertConfig, BertModel
    torch.manual_seed(1)
    given = BertConfig.from_pretrained(options.tokenizer_of)
    config = BertConfig(vocab_size=given.vocab_size, hidden_size=options.hidden, num_hidden_layers=options.layers,
                        num_attention_heads=options.heads, intermediate_size=4 * options.hidden)
    options.folder.mkdir(parents=True)
    BertModel(config).save_pretrained(options.folder)
    for name in TOKENIZER_FILES:
        if (options.tokenizer_of / name).exists():
            shutil.copy(options.tokenizer_of / name, options.folder)
    (options.folder / "1_Pooling").mkdir()
    (options.folder / "1_Pooling" / "config.json").write_text(
        f'{{"word_embedding_dimension": {options.hidden}, "pooling_mode_mean_tokens": true}}\n')
    SentenceTransformer(str(options.folder), device="cpu").encode(["it loads"])


if __name__ == "__main__":
    main()
