#include "client/jobctl/apply/apply_resource.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "client/cpp/error.h"
#include "client/jobctl/apply/kinds.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

using ductape::jobs::Client;

// Whether `message`, or a message in it, names a connection that is to be created.
bool NamesConnectionOf(const std::string& product, const google::protobuf::Message& message,
                       const std::set<std::string>& to_create) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  return absl::c_any_of(fields, [&](const google::protobuf::FieldDescriptor* field) {
    if (field->is_map()) return false;
    if (field->name() == "connection" && field->message_type() == nullptr) {
      v1::Connection connection;
      connection.set_product(product);
      connection.set_tag(reflection.GetString(message, field));
      return to_create.contains(KeyOf(connection));
    }
    if (field->message_type() == nullptr) return false;
    if (!field->is_repeated()) {
      return NamesConnectionOf(product, reflection.GetMessage(message, field), to_create);
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      const auto& part = reflection.GetRepeatedMessage(message, field, i);
      if (NamesConnectionOf(product, part, to_create)) return true;
    }
    return false;
  });
}

// Whether an event or a job was refused for want of what is to be created before it.
bool LacksWhatComes(const Resource& wanted, const absl::Status& status,
                    const std::set<std::string>& to_create) {
  const std::string reason = ductape::jobs::ErrorOf(status).reason;
  if (const auto* event = std::get_if<v1::Event>(&wanted)) {
    return reason == "CONNECTION_NOT_FOUND" &&
           NamesConnectionOf(event->product(), *event, to_create);
  }
  const auto* job = std::get_if<v1::Job>(&wanted);
  if (job == nullptr) return false;
  if (reason == "EVENT_NOT_FOUND") {
    v1::Event event;
    event.set_product(job->product());
    event.set_event_type(job->event_type());
    event.set_tag(job->event_tag());
    return to_create.contains(KeyOf(event));
  }
  if (reason != "CALENDAR_NOT_FOUND") return false;
  return absl::c_any_of(job->exclude_calendars(), [&](const std::string& tag) {
    v1::Calendar calendar;
    calendar.set_product(job->product());
    calendar.set_tag(tag);
    return to_create.contains(KeyOf(calendar));
  });
}

absl::StatusOr<Outcome> Create(Client& client, const Resource& wanted, bool dry_run,
                               const std::set<std::string>& to_create) {
  absl::StatusOr<Resource> created = CreateResource(client, wanted, dry_run);
  if (!created.ok()) {
    if (!dry_run || !LacksWhatComes(wanted, created.status(), to_create)) return created.status();
    created = wanted;
  }
  const std::unique_ptr<google::protobuf::Message> nothing(MessageOf(*created).New());
  std::vector<FieldChange> changes = DiffFields(*nothing, MessageOf(*created));
  return Outcome{Outcome::Result::kCreated, *std::move(created), std::move(changes)};
}

// Takes over what holds of the present resource unless `wanted` says otherwise: the etag, against
// changes in between, and the start of a job, whose default is the time of the call.
void KeepWhatStays(const Resource& present, Resource& wanted) {
  std::visit(
      [&present](auto& message) {
        using Message = std::remove_cvref_t<decltype(message)>;
        const auto& before = std::get<Message>(present);
        message.set_etag(before.etag());
        if constexpr (std::is_same_v<Message, v1::Job>) {
          const bool starts = !message.has_start_time() && before.has_start_time();
          if (starts) *message.mutable_start_time() = before.start_time();
        }
      },
      wanted);
}

int64_t GenerationOf(const Resource& resource) {
  return std::visit([](const auto& message) { return message.generation(); }, resource);
}

}  // namespace

std::string KeyOf(const Resource& resource) {
  return absl::StrCat(ProductOf(resource), " ", ResourceText(resource));
}

absl::StatusOr<Outcome> ApplyResource(Client& client, Resource wanted, bool dry_run,
                                      const std::set<std::string>& to_create) {
  const absl::StatusOr<Resource> present = GetResource(client, wanted);
  if (absl::IsNotFound(present.status())) return Create(client, wanted, dry_run, to_create);
  if (!present.ok()) return present.status();
  KeepWhatStays(*present, wanted);
  absl::StatusOr<Resource> replaced = ReplaceResource(client, wanted, dry_run);
  if (!replaced.ok()) {
    if (!dry_run || !LacksWhatComes(wanted, replaced.status(), to_create)) return replaced.status();
    replaced = wanted;
  }
  std::vector<FieldChange> changes = DiffFields(MessageOf(*present), MessageOf(*replaced));
  // The server shows no secret, but counts a change of one.
  if (changes.empty() && GenerationOf(*present) != GenerationOf(*replaced)) {
    changes.push_back({"secrets", "[redacted]", "[redacted]"});
  }
  const auto result = changes.empty() ? Outcome::Result::kUnchanged : Outcome::Result::kUpdated;
  return Outcome{result, *std::move(replaced), std::move(changes)};
}

}  // namespace jobctl
