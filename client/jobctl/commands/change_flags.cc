#include "client/jobctl/commands/change_flags.h"

namespace jobctl {

void AddFileFlag(CLI::App& command, ChangeFlags& flags) {
  command
      .add_option("-f,--file", flags.file,
                  "Read it from a JSON or YAML file, - for stdin; other flags win over the file")
      ->type_name("FILE");
}

void AddRequestIdFlag(CLI::App& command, ChangeFlags& flags) {
  command
      .add_option("--request-id", flags.request_id,
                  "Carry this out only once, however often it is asked for with this id")
      ->type_name("ID");
}

void AddDryRunFlag(CLI::App& command, ChangeFlags& flags) {
  command.add_flag("--dry-run", flags.dry_run, "Let the server check it without doing it");
}

void AddEtagFlag(CLI::App& command, ChangeFlags& flags) {
  command.add_option("--etag", flags.etag, "Only while this is its current etag")
      ->type_name("ETAG");
}

void AddAllowMissingFlag(CLI::App& command, ChangeFlags& flags, const std::string& help) {
  command.add_flag("--allow-missing", flags.allow_missing, help);
}

void AddMaskFlags(CLI::App& command, ChangeFlags& flags) {
  auto* clear = command.add_option("--clear", flags.clear,
                                   "Set this field back to its default, for example labels "
                                   "(repeatable)");
  clear->type_name("FIELD")->expected(-1)->allow_extra_args(false);
  auto* replace = command.add_flag("--replace", flags.replace,
                                   "Set all fields: those that are not given get their defaults");
  replace->excludes(clear);
}

}  // namespace jobctl
