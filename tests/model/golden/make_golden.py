"""Writes the tiny random checkpoints beside this file and what transformers and sentence-transformers compute with them.

Usage: make_golden.py [SENTENCEPIECE_MODEL]   (an XLM-R style model of 1000 pieces; without it, `xlmr` is left as it is)
Needs: torch, transformers 5, sentence-transformers 6.2, safetensors, sentencepiece. Made once; the seeds are fixed.
"""

import json
import pathlib
import shutil
import sys

import safetensors.torch
import torch
from sentence_transformers import SentenceTransformer
from transformers import BertConfig, BertForMaskedLM, BertModel, BertTokenizer, XLMRobertaConfig, XLMRobertaForMaskedLM

HERE = pathlib.Path(__file__).resolve().parent
WORDS = ("the a order parcel late refund card account is was not my where when how please help broken charged twice cancel "
         "change address invoice love great bad slow fast app login password").split()
PIECES = ["##s", "##ed", "##ing", "##er", "!", "?", ".", ",", "0", "1", "2"]
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + WORDS + PIECES
VOCABULARY += [f"[unused{i}]" for i in range(60 - len(VOCABULARY))]
TEXTS = ["my parcel is late", "refund", "The card was charged twice, please help!", "", "where is my order?",
         "cancelled orders 2 1 0 loving the slowest app", "zebra is late", "my " * 60]


def randomize(model, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            noise = torch.randn(tensor.shape, generator=generator)
            if "LayerNorm.weight" in name:
                tensor.copy_(1 + 0.3 * noise)
            elif tensor.dim() == 1:
                tensor.copy_(0.2 * noise)
            else:
                tensor.copy_(0.3 * noise)
    return model.eval()


def bert_config(hidden, **changes):
    return BertConfig(**{**dict(vocab_size=60, hidden_size=hidden, num_hidden_layers=2, num_attention_heads=4,
                                intermediate_size=2 * hidden, max_position_embeddings=40), **changes})


def fresh(name):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def write_json(path, value):
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=1) + "\n")


def write_weights(folder, tensors):
    safetensors.torch.save_file({k: v.contiguous() for k, v in tensors.items()}, folder / "model.safetensors", {"format": "pt"})


def write_wordpiece(folder):
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n")
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": 32})


def write_old_layout(folder, hidden, mode, normalize):
    types = ["Transformer", "Pooling"] + ["Normalize"] * normalize
    paths = ["", "1_Pooling", "2_Normalize"]
    write_json(folder / "modules.json", [{"idx": i, "name": str(i), "path": paths[i], "type": f"sentence_transformers.models.{t}"}
                                         for i, t in enumerate(types)])
    write_json(folder / "1_Pooling/config.json", {"word_embedding_dimension": hidden, "pooling_mode_cls_token": mode == "cls",
                                                  "pooling_mode_mean_tokens": mode == "mean", "pooling_mode_max_tokens": False,
                                                  "pooling_mode_mean_sqrt_len_tokens": False})
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": 32, "do_lower_case": False})


def hidden_states(encoder, ids):
    with torch.no_grad():
        return [encoder(input_ids=torch.tensor([row])).last_hidden_state[0] for row in ids]


def pooled(states, mode, normalize):
    vectors = torch.stack([s[0] if mode == "cls" else s.mean(0) for s in states])
    return torch.nn.functional.normalize(vectors) if normalize else vectors


def rounded(tensor):
    return [float(f"{x:.7g}") for x in tensor.flatten().tolist()]


def write_expected(folder, texts, ids, states, vectors):
    text = json.dumps({"texts": texts, "ids": ids, "hidden": [rounded(s) for s in states], "vectors": [rounded(v) for v in vectors]})
    (folder / "expected.json").write_text(text + "\n")


def wordpiece_ids(folder):
    tokenizer = BertTokenizer(vocab=str(folder / "vocab.txt"), do_lower_case=True)
    return [tokenizer(text, truncation=True, max_length=32)["input_ids"] for text in TEXTS]


def make_old_layout(name, seed, hidden, mode, normalize):
    folder = fresh(name)
    model = randomize(BertModel(bert_config(hidden)), seed)
    write_json(folder / "config.json", {**model.config.to_dict(), "architectures": ["BertModel"]})
    write_weights(folder, model.state_dict())
    write_wordpiece(folder)
    write_old_layout(folder, hidden, mode, normalize)
    ids = wordpiece_ids(folder)
    states = hidden_states(model, ids)
    vectors = torch.tensor(SentenceTransformer(str(folder), device="cpu").encode(TEXTS))
    torch.testing.assert_close(vectors, pooled(states, mode, normalize), atol=1e-5, rtol=1e-5)
    write_expected(folder, TEXTS, ids, states, vectors)


def make_new_layout():
    """What sentence-transformers itself writes today."""
    folder = fresh("saved_by_sentence_transformers")
    source = fresh("source")
    model = randomize(BertModel(bert_config(16)), 3)
    model.save_pretrained(source)
    write_wordpiece(source)
    write_old_layout(source, 16, "mean", True)
    sentence_model = SentenceTransformer(str(source), device="cpu")
    sentence_model.save(str(folder), create_model_card=False)
    shutil.rmtree(source)
    ids = wordpiece_ids_of(sentence_model)
    write_expected(folder, TEXTS, ids, hidden_states(model, ids), torch.tensor(sentence_model.encode(TEXTS)))


def wordpiece_ids_of(sentence_model):
    return [sentence_model.tokenizer(text, truncation=True, max_length=32)["input_ids"] for text in TEXTS]


def make_plain(name, seed, activation, gamma_beta):
    """A plain Hugging Face folder: prefixed names and a head that is not ours, or the old names of LayerNorm."""
    folder = fresh(name)
    model = randomize(BertForMaskedLM(bert_config(16, hidden_act=activation)), seed)
    write_json(folder / "config.json", model.config.to_dict())
    tensors = {k: v.clone() for k, v in model.state_dict().items() if k != "cls.predictions.decoder.bias"}
    if gamma_beta:
        tensors = {k.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta").removeprefix("bert."): v
                   for k, v in tensors.items() if k.startswith("bert.")}
    write_weights(folder, tensors)
    write_wordpiece(folder)
    ids = wordpiece_ids(folder)
    states = hidden_states(model.bert, ids)
    write_expected(folder, TEXTS, ids, states, pooled(states, "mean", False))


def make_xlmr(sentencepiece_model):
    """BERT's architecture over XLM-R's tokenizer, as multilingual-e5-small has it. The tokenizer's file stays outside."""
    import sentencepiece
    folder = fresh("xlmr")
    pieces = sentencepiece.SentencePieceProcessor(model_file=sentencepiece_model)
    model = randomize(BertModel(bert_config(16, vocab_size=pieces.get_piece_size() + 2, pad_token_id=1)), 6)
    write_json(folder / "config.json", model.config.to_dict())
    write_weights(folder, model.state_dict())
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "XLMRobertaTokenizer", "model_max_length": 32})
    write_old_layout(folder, 16, "mean", True)
    texts = ["This is a test", "I was born in 92000, and this is false.", ""]
    # XLM-R: <s> 0, <pad> 1, </s> 2, <unk> 3, then the model's own pieces shifted by one.
    ids = [[0] + [3 if i == 0 else i + 1 for i in pieces.encode(text)][:30] + [2] for text in texts]
    states = hidden_states(model, ids)
    write_expected(folder, texts, ids, states, pooled(states, "mean", True))


def make_roberta():
    """Positions that begin behind the padding id; no tokenizer: ids only."""
    folder = fresh("roberta")
    config = XLMRobertaConfig(vocab_size=60, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=32,
                              max_position_embeddings=42, type_vocab_size=1, pad_token_id=1, layer_norm_eps=1e-5)
    model = randomize(XLMRobertaForMaskedLM(config), 7)
    write_json(folder / "config.json", model.config.to_dict())
    write_weights(folder, {k: v.clone() for k, v in model.state_dict().items() if k.startswith("roberta.")})
    ids = [[0, 5, 9, 2], [0, 2], [0, 59, 3, 17, 17, 4, 2], [0] + [7] * 38 + [2]]
    states = hidden_states(model.roberta, ids)
    write_expected(folder, [], ids, states, pooled(states, "mean", False))


if __name__ == "__main__":
    make_old_layout("mean_normalize", 1, 32, "mean", True)
    make_old_layout("cls", 2, 16, "cls", False)
    make_new_layout()
    make_plain("bert_prefix", 4, "gelu_new", False)
    make_plain("gamma_beta", 5, "relu", True)
    make_roberta()
    if len(sys.argv) > 1:
        make_xlmr(sys.argv[1])
