#ifndef SERVER_SYSTEM_TIME_ZONE_VERSION_H_
#define SERVER_SYSTEM_TIME_ZONE_VERSION_H_

#include <string>

namespace server {

// The version of the machine's time zone database ("2025b"), read from the head of its tzdata.zi;
// "unknown" where there is none.
std::string ReadTimeZoneVersion(const std::string& folder = "/usr/share/zoneinfo");

}  // namespace server

#endif  // SERVER_SYSTEM_TIME_ZONE_VERSION_H_
