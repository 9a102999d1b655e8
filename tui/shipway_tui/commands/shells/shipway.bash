# Completion of shipway for bash; made by `shipway completion bash`.

_shipway() {
    local line="${COMP_LINE:0:COMP_POINT}" value about
    local -a words=()
    read -ra words <<< "$line"
    case $line in *[[:space:]]) words+=("") ;; esac
    local typed="${words[${#words[@]} - 1]}"
    # bash replaces only what comes after the last of its word breaks: the rest must not come twice.
    local breaks="${COMP_WORDBREAKS//[^@:=]/}" head=""
    if [[ -n $breaks && $typed == *["$breaks"]* ]]; then
        head="${typed%"${typed##*["$breaks"]}"}"
    fi
    COMPREPLY=()
    while IFS=$'\t' read -r value about; do
        case $value in
            :file)
                compopt -o filenames 2> /dev/null
                while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "$typed")
                ;;
            :dir)
                compopt -o filenames 2> /dev/null
                while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -d -- "$typed")
                ;;
            *) COMPREPLY+=("${value#"$head"}") ;;
        esac
    done < <("$1" completion bash -- "${words[@]:1}" 2> /dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[@:=] ]]; then
        compopt -o nospace 2> /dev/null
    fi
}

complete -F _shipway shipway
