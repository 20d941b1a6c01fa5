#include "scheduler/dispatch/database/mongo_command.h"

#include "nlohmann/json.hpp"

namespace scheduler::dispatch {
namespace {

using nlohmann::ordered_json;
using Operation = DatabaseCall::Operation;

ordered_json MemberOr(const ordered_json& document, const char* name, ordered_json absent) {
  const auto found = document.find(name);
  return found == document.end() ? absent : *found;
}

ordered_json WithId(const ordered_json& document, const std::function<std::string()>& new_id) {
  // What is no object is the server's to refuse.
  if (!document.is_object() || document.contains("_id")) return document;
  ordered_json result = {{"_id", {{"$oid", new_id()}}}};
  result.update(document);
  return result;
}

ordered_json Documents(const ordered_json& document, const std::function<std::string()>& new_id) {
  ordered_json result = ordered_json::array();
  if (document.contains("document")) result.push_back(WithId(document["document"], new_id));
  for (const ordered_json& one : MemberOr(document, "documents", ordered_json::array())) {
    result.push_back(WithId(one, new_id));
  }
  return result;
}

ordered_json Aggregate(const std::string& collection, ordered_json pipeline) {
  return {{"aggregate", collection},
          {"pipeline", std::move(pipeline)},
          {"cursor", ordered_json::object()}};
}

ordered_json CommandOf(const DatabaseCall& call, const ordered_json& document,
                       const std::function<std::string()>& new_id) {
  const ordered_json empty = ordered_json::object();
  switch (call.operation) {
    case Operation::kRead: {
      ordered_json command = {{"find", call.collection}};
      command.update(document);
      return command;
    }
    case Operation::kCount: {
      ordered_json pipeline = ordered_json::array();
      pipeline.push_back({{"$match", MemberOr(document, "filter", empty)}});
      pipeline.push_back({{"$group", {{"_id", 1}, {"n", {{"$sum", 1}}}}}});
      return Aggregate(call.collection, std::move(pipeline));
    }
    case Operation::kAggregate:
      return Aggregate(call.collection, document["pipeline"]);
    case Operation::kCreate:
      return {{"insert", call.collection}, {"documents", Documents(document, new_id)}};
    case Operation::kUpdate: {
      const ordered_json one = {{"q", document["filter"]},
                                {"u", document["update"]},
                                {"multi", MemberOr(document, "multi", false)},
                                {"upsert", MemberOr(document, "upsert", false)}};
      return {{"update", call.collection}, {"updates", ordered_json::array({one})}};
    }
    case Operation::kRemove: {
      const bool multi = MemberOr(document, "multi", false) == ordered_json(true);
      const ordered_json one = {{"q", document["filter"]}, {"limit", multi ? 0 : 1}};
      return {{"delete", call.collection}, {"deletes", ordered_json::array({one})}};
    }
  }
  return empty;
}

}  // namespace

MongoCommand MakeMongoCommand(const DatabaseCall& call, bool comments_all,
                              const std::function<std::string()>& new_id) {
  MongoCommand result;
  result.writes = call.operation == Operation::kCreate || call.operation == Operation::kUpdate ||
                  call.operation == Operation::kRemove;
  result.cursor = !result.writes;
  ordered_json command = CommandOf(call, ordered_json::parse(call.document_json), new_id);
  command["maxTimeMS"] = {{"$numberLong", std::to_string(call.time_left)}};
  if (result.cursor || comments_all) command["comment"] = call.comment;
  result.json = command.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  return result;
}

}  // namespace scheduler::dispatch
