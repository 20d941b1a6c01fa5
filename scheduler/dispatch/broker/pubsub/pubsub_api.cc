#include "scheduler/dispatch/broker/pubsub/pubsub_api.h"

#include <algorithm>
#include <variant>

#include "absl/strings/ascii.h"
#include "google/protobuf/unknown_field_set.h"
#include "scheduler/base/strings.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using google::protobuf::UnknownField;
using google::protobuf::UnknownFieldSet;
using Kind = BrokerMessage::Kind;

// Numbers of fields.
constexpr int kRequestTopic = 1;
constexpr int kRequestMessages = 2;
constexpr int kListProject = 1;
constexpr int kListPageSize = 2;
constexpr int kMessageData = 1;
constexpr int kMessageAttributes = 2;
constexpr int kMessageOrderingKey = 5;
constexpr int kEntryKey = 1;  // of a map
constexpr int kEntryValue = 2;
constexpr int kResponseIds = 1;

constexpr std::string_view kProjects = "projects/";
constexpr std::string_view kTopics = "/topics/";
constexpr std::string_view kGoogles = "goog";
constexpr size_t kMinTopicBytes = 3;
constexpr size_t kMaxTopicBytes = 255;
constexpr size_t kMaxAttributeBytes = 1024;  // of a value
constexpr size_t kMaxMessageIdBytes = 256;

absl::Status Invalid(std::string_view text) {
  return absl::InvalidArgumentError(base::ToAbsl(text));
}

bool IsAlpha(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); }
bool IsAlnum(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }

bool IsTopicId(std::string_view id) {
  constexpr std::string_view kOthers = "-_.~+%";
  return id.size() >= kMinTopicBytes && id.size() <= kMaxTopicBytes && IsAlpha(id.front()) &&
         !StartsWithIgnoreCase(id, kGoogles) &&
         std::all_of(id.begin(), id.end(), [kOthers](char c) {
           return IsAlnum(c) || kOthers.find(c) != std::string_view::npos;
         });
}

// Also of a domain, "example.com:project".
bool IsProject(std::string_view project) {
  constexpr std::string_view kOthers = "-.:";
  return !project.empty() && std::all_of(project.begin(), project.end(), [kOthers](char c) {
    return IsAlnum(c) || kOthers.find(c) != std::string_view::npos;
  });
}

bool IsTopic(std::string_view topic) {
  if (topic.substr(0, kProjects.size()) != kProjects) return IsTopicId(topic);
  topic.remove_prefix(kProjects.size());
  const size_t at = topic.find(kTopics);
  return at != std::string_view::npos && IsProject(topic.substr(0, at)) &&
         IsTopicId(topic.substr(at + kTopics.size()));
}

std::string Serialized(const UnknownFieldSet& fields) {
  std::string bytes;
  fields.SerializeToString(&bytes);
  return bytes;
}

void AddAttribute(std::string_view name, std::string_view value, UnknownFieldSet* message) {
  UnknownFieldSet entry;
  entry.AddLengthDelimited(kEntryKey, std::string(name));
  entry.AddLengthDelimited(kEntryValue, std::string(value));
  message->AddLengthDelimited(kMessageAttributes, Serialized(entry));
}

}  // namespace

absl::Status CheckPubsubMessage(const BrokerMessage& message) {
  if (message.kind != Kind::kDefault && message.kind != Kind::kTopic) {
    return Invalid("Pub/Sub has topics only");
  }
  if (!IsTopic(message.destination)) {
    return Invalid(
        "destination: a topic of Pub/Sub has an id of 3 to 255 letters, digits and \"-_.~+%\" that "
        "begins with a letter and not with \"goog\", or is projects/PROJECT/topics/ID");
  }
  for (const auto& [name, value] : message.properties) {
    const std::string field = StrCat("properties[", name, "]: ");
    if (StartsWithIgnoreCase(name, kGoogles)) {
      return Invalid(StrCat(field, "names that begin with \"goog\" are Google's"));
    }
    if (value.size() > kMaxAttributeBytes) {
      return Invalid(StrCat(field, "Pub/Sub takes up to 1024 bytes"));
    }
  }
  return absl::OkStatus();
}

std::string TopicOf(const BrokerMessage& message) {
  if (message.destination.compare(0, kProjects.size(), kProjects) == 0) return message.destination;
  const auto& settings = std::get<core::PubsubSettings>(message.account->settings);
  return StrCat(kProjects, settings.project, kTopics, message.destination);
}

std::string PublishRequestOf(const BrokerMessage& message) {
  UnknownFieldSet fields;
  fields.AddLengthDelimited(kMessageData, message.body);
  for (const DeliveryField& field : message.identity) {
    AddAttribute(field.metadata, field.value, &fields);
  }
  for (const auto& [name, value] : message.properties) AddAttribute(name, value, &fields);
  if (!message.key.empty()) fields.AddLengthDelimited(kMessageOrderingKey, message.key);
  UnknownFieldSet request;
  request.AddLengthDelimited(kRequestTopic, TopicOf(message));
  request.AddLengthDelimited(kRequestMessages, Serialized(fields));
  return Serialized(request);
}

std::string ListTopicsRequestOf(const core::PubsubSettings& settings) {
  UnknownFieldSet request;
  request.AddLengthDelimited(kListProject, StrCat(kProjects, settings.project));
  request.AddVarint(kListPageSize, 1);
  return Serialized(request);
}

absl::StatusOr<std::string> MessageIdIn(std::string_view response) {
  UnknownFieldSet fields;
  if (!fields.ParseFromArray(response.data(), static_cast<int>(response.size()))) {
    return Invalid("the answer is no PublishResponse");
  }
  for (int i = 0; i < fields.field_count(); ++i) {
    const UnknownField& field = fields.field(i);
    if (field.number() != kResponseIds || field.type() != UnknownField::TYPE_LENGTH_DELIMITED) {
      continue;
    }
    const std::string& id = field.length_delimited();
    if (!id.empty() && id.size() <= kMaxMessageIdBytes) return id;
  }
  return Invalid("the answer names no message");
}

}  // namespace scheduler::dispatch
