#include "client/jobctl/shell/completion_script.h"

namespace jobctl {
namespace {

constexpr char kBash[] = R"bash(# Completion of jobctl for bash: source <(jobctl completion bash)

_jobctl() {
  local word line whole="" candidate
  local -a words=()
  # To bash a colon ends a word; to jobctl it is part of a name.
  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ ${#words[@]} -gt 0 && ( $word == :* || ${words[-1]} == *: ) ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
  done
  if [[ ${#words[@]} -gt 0 && ${words[-1]} == *:* ]]; then whole=${words[-1]%:*}:; fi
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o default 2>/dev/null ;;
      :*) ;;
      *)
        candidate=${line%%$'\t'*}
        COMPREPLY+=("${candidate#"$whole"}")
        ;;
    esac
  done < <("$1" __complete "${words[@]}" 2>/dev/null)
}
complete -F _jobctl jobctl
)bash";

constexpr char kZsh[] = R"zsh(#compdef jobctl
# Completion of jobctl for zsh: jobctl completion zsh >"${fpath[1]}/_jobctl", or source <(jobctl completion zsh)

_jobctl() {
  local line text help
  local -a texts shown
  local -i files=0
  while IFS= read -r line; do
    case $line in
      :files) files=1 ;;
      :*) ;;
      *)
        text=${line%%$'\t'*}
        help=${line#*$'\t'}
        texts+=("$text")
        if [[ -n $help ]]; then shown+=("$text  -- $help"); else shown+=("$text"); fi
        ;;
    esac
  done < <("${(Q)words[1]}" __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)
  if (( ${#texts} )); then compadd -l -d shown -a texts; fi
  if (( files )); then _files; fi
}

if [[ ${funcstack[1]-} == _jobctl ]]; then
  _jobctl "$@"
else
  compdef _jobctl jobctl
fi
)zsh";

constexpr char kFish[] = R"fish(# Completion of jobctl for fish: jobctl completion fish | source

function __jobctl_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    for line in ($words[1] __complete $words[2..-1] "$typed" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$typed"
            case ':*'
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c jobctl -f -a '(__jobctl_complete)'
)fish";

}  // namespace

absl::string_view CompletionScript(absl::string_view shell) {
  if (shell == "bash") return kBash;
  if (shell == "zsh") return kZsh;
  if (shell == "fish") return kFish;
  return "";
}

}  // namespace jobctl
