#ifndef SERVER_CONFIG_FILE_H_
#define SERVER_CONFIG_FILE_H_

#include <functional>
#include <istream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace server {

// Reads the TOML file that --config names. Its settings are the flags of `app` without --; one that
// is no flag is an error, since it is a mistake that would quietly leave a default in place.
class ConfigFile final : public CLI::ConfigTOML {
 public:
  // Whether the environment decides a setting, which the file then does not: CLI11 itself would
  // prefer the file.
  using Overridden = std::function<bool(const std::string& name)>;

  // REQUIRES: `app` outlives this.
  ConfigFile(const CLI::App* app, Overridden overridden);

  // Throws CLI::ConfigError, which names the file, the line and what is like the unknown setting.
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;

 private:
  const CLI::App& app_;
  const Overridden overridden_;
};

// How many letters have to be inserted, left out or exchanged to make `b` of `a`.
int EditDistance(const std::string& a, const std::string& b);

}  // namespace server

#endif  // SERVER_CONFIG_FILE_H_
