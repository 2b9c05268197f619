# crcache's completion for fish. In ~/.config/fish/config.fish: crcache completion fish | source
function __crcache_suggest
    set -l line (commandline --cut-at-cursor)
    set -l rest (string replace --regex '^\s*\S+' '' -- $line)
    crcache "[suggest:"(string length -- $rest)"]" $rest 2>/dev/null
end
function __crcache_ours
    not contains -- -- (commandline --cut-at-cursor --tokenize)
end
complete --command crcache --condition __crcache_ours --arguments '(__crcache_suggest)'
