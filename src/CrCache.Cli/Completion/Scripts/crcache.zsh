#compdef crcache
# crcache's completion for zsh. In ~/.zshrc, after compinit: source <(crcache completion zsh)
_crcache() {
    local line=${BUFFER#${words[1]}}
    if (( ${words[(I)--]} && ${words[(I)--]} < CURRENT )); then
        _files
        return
    fi
    local -a suggestions
    suggestions=("${(@f)$(${words[1]} "[suggest:$((CURSOR - ${#words[1]}))]" "$line" 2>/dev/null)}")
    suggestions=(${suggestions:#})
    if (( ${#suggestions} )); then
        compadd -a suggestions
    else
        _files
    fi
}
compdef _crcache crcache
