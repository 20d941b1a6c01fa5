#ifndef TESTS_SUPPORT_CERTIFICATES_H_
#define TESTS_SUPPORT_CERTIFICATES_H_

#include <string>

#include "tests/support/child_process.h"

namespace support {

struct Certificate {
  std::string certificate_file;  // PEM; self-signed, so it is its own authority
  std::string key_file;
};

// Makes a certificate for `names` ("DNS:localhost,IP:127.0.0.1") with the openssl program, as files
// `<name>.crt` and `<name>.key` of `dir`. Empty file names if that failed.
inline Certificate MakeCertificate(const TempDir& dir, const std::string& name,
                                   const std::string& names) {
  const Certificate made{dir.File(name + ".crt"), dir.File(name + ".key")};
  const int code = RunCommand(
      {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
       "-nodes", "-keyout", made.key_file, "-out", made.certificate_file, "-days", "2", "-subj",
       "/CN=" + name, "-addext", "subjectAltName=" + names},
      dir.File(name + ".log"));
  return code == 0 ? made : Certificate();
}

}  // namespace support

#endif  // TESTS_SUPPORT_CERTIFICATES_H_
