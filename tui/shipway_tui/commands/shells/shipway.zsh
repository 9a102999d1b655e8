#compdef shipway
# Completion of shipway for zsh; made by `shipway completion zsh`.

_shipway() {
    local value about shown
    local -a done open
    while IFS=$'\t' read -r value about; do
        shown="${value//:/\\:}${about:+:$about}"
        case $value in
            :file) _files && return ;;
            :dir) _files -/ && return ;;
            *[@:=]) open+=("$shown") ;;
            *) done+=("$shown") ;;
        esac
    done < <("${words[1]}" completion zsh -- "${(@Q)words[2,$CURRENT]}" 2> /dev/null)
    (( ${#done} )) && _describe -V shipway done
    (( ${#open} )) && _describe -V shipway open -S ''
}

if [[ ${funcstack[1]} == _shipway ]]; then
    _shipway "$@"
else
    compdef _shipway shipway
fi
