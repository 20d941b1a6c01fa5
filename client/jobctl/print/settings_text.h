#ifndef CLIENT_JOBCTL_PRINT_SETTINGS_TEXT_H_
#define CLIENT_JOBCTL_PRINT_SETTINGS_TEXT_H_

#include <string>

#include "ductape/jobs/v1/connection.pb.h"

namespace jobctl {

// The settings of one environment on a line, without secrets but with where they are:
// `https://api.example.com, bearer stored`, `postgresql db.example.com:5432/shop as app, password stored`.
std::string SettingsText(const ductape::jobs::v1::Connection::Settings& settings);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PRINT_SETTINGS_TEXT_H_
