#ifndef TESTS_SUPPORT_SANITIZED_H_
#define TESTS_SUPPORT_SANITIZED_H_

namespace tests {

// Whether this is a build for a sanitizer, in which everything takes several times as long: what tries many seeds tries fewer.
#if defined(DUCTAPE_ASAN) || defined(DUCTAPE_TSAN)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace tests

#endif  // TESTS_SUPPORT_SANITIZED_H_
