# crcache's completion for bash. In ~/.bashrc: source <(crcache completion bash)
_crcache() {
    local word=${COMP_WORDS[COMP_CWORD]} line=${COMP_LINE#"${COMP_WORDS[0]}"} i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        if [[ ${COMP_WORDS[i]} == -- ]]; then
            compopt -o default 2>/dev/null
            return
        fi
    done
    # The position counts from after the command's own name.
    local position=$((COMP_POINT - ${#COMP_WORDS[0]})) suggestion
    while IFS= read -r suggestion; do
        # Options are offered where one has been begun.
        if [[ $suggestion == "$word"* && ($word || $suggestion != -*) ]]; then COMPREPLY+=("$suggestion"); fi
    done < <("${COMP_WORDS[0]}" "[suggest:$position]" "$line" 2>/dev/null)
    # Nothing known stands here: a file, as after --item.
    if ((${#COMPREPLY[@]} == 0)); then compopt -o default 2>/dev/null; fi
}
complete -F _crcache crcache
