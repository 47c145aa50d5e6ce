# Completion of reprtune for bash.
_reprtune() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command ${COMP_WORDS[i]}" in
    @commands@)
      command="${command:+$command }${COMP_WORDS[i]}" ;;
    esac
  done
  # --option=value comes as three words
  if [[ $word == = ]]; then
    word=
  elif [[ $previous == = ]] && ((COMP_CWORD > 2)); then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case "$command $previous" in
@values@  esac
  ((${#COMPREPLY[@]} == 0)) || return 0
  if [[ $word == -* ]]; then
    case $command in
@options@    esac
    return 0
  fi
  case $command in
@below@    *) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
  esac
}
complete -o filenames -F _reprtune reprtune
