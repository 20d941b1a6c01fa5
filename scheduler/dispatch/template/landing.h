#ifndef SCHEDULER_DISPATCH_TEMPLATE_LANDING_H_
#define SCHEDULER_DISPATCH_TEMPLATE_LANDING_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "nlohmann/json.hpp"

namespace scheduler::dispatch {

// Where a text lands, and so how values in it are escaped.
enum class Landing : uint8_t {
  kText,    // as they are
  kJson,    // within a string of JSON text: as its content; elsewhere in it: as JSON
  kUrl,     // percent-encoded
  kHeader,  // as they are; control characters are an error
  kHtml,    // as character references, which XML has, too
};

class Template;

// Where the body of a message lands. `content_type` may have parameters, and be empty.
//
//   …+json, application/…json…, text/…json…             kJson
//   text/html, application/xml, text/xml, …+xml         kHtml
//   application/x-www-form-urlencoded                   kUrl
//   another                                             kText
//   none                                                kJson if it looks like JSON, else kText
//
// It looks like JSON if its first character that is neither blank nor of a tag is `{`, `[` or `"`,
// or if it has none.
Landing BodyLanding(std::string_view content_type, const Template& body);
// kText for what is not a template; such a text has no values.
Landing BodyLanding(std::string_view content_type, std::string_view body);

// Where one is within JSON text: fed with it from its start, in pieces of any size. Texts that are
// not JSON have a place, too, just no useful one. Not thread-safe.
class JsonPlace {
 public:
  void Read(std::string_view text);

  bool in_string() const { return in_string_; }
  // Behind a backslash or between the digits of \uXXXX, where no value can stand.
  bool in_escape() const { return after_backslash_ || digits_left_ > 0; }

 private:
  void ReadInString(char c);

  bool in_string_ = false;
  bool after_backslash_ = false;
  int digits_left_ = 0;
};

// `value` as text: a string as it is, all else as compact JSON. What is not UTF-8 becomes U+FFFD in
// JSON.
std::string TextOf(const nlohmann::json& value);
std::string JsonOf(const nlohmann::json& value);

// `text` as the content of a JSON string, without the quotation marks.
std::string JsonContentOf(std::string_view text);

// `text` with & < > " ' as character references.
std::string HtmlOf(std::string_view text);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_TEMPLATE_LANDING_H_
