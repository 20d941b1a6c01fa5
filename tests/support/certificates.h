#ifndef TESTS_SUPPORT_CERTIFICATES_H_
#define TESTS_SUPPORT_CERTIFICATES_H_

#include <string>
#include <vector>

#include "tests/support/child_process.h"

namespace support {

struct Certificate {
  std::string certificate_file;  // PEM
  std::string key_file;
};

// Makes a certificate for `names` ("DNS:localhost,IP:127.0.0.1") with the openssl program, as files
// `<name>.crt` and `<name>.key` of `dir`. It is its own authority, unless there is an `authority`. Empty file names if
// that failed.
inline Certificate MakeCertificate(const TempDir& dir, const std::string& name,
                                   const std::string& names, const Certificate& authority = {}) {
  const Certificate made{dir.File(name + ".crt"), dir.File(name + ".key")};
  std::vector<std::string> command = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"};
  command.insert(command.end(), {"ec_paramgen_curve:prime256v1", "-nodes", "-keyout", made.key_file,
                                 "-out", made.certificate_file, "-days", "2", "-subj",
                                 "/CN=" + name, "-addext", "subjectAltName=" + names});
  if (!authority.key_file.empty()) {
    command.insert(command.end(),
                   {"-CA", authority.certificate_file, "-CAkey", authority.key_file});
  }
  return RunCommand(command, dir.File(name + ".log")) == 0 ? made : Certificate();
}

}  // namespace support

#endif  // TESTS_SUPPORT_CERTIFICATES_H_
