#include "scheduler/core/run_port.h"

namespace scheduler::core {
namespace {

struct LaneOf {
  LaneId operator()(const HttpTarget& /*target*/) const { return kHttpLane; }
  LaneId operator()(const GrpcTarget& /*target*/) const { return kGrpcLane; }
  LaneId operator()(const LambdaTarget& /*target*/) const { return kLambdaLane; }
  LaneId operator()(const NotificationTarget& /*target*/) const { return kNotificationLane; }
  LaneId operator()(const DatabaseTarget& /*target*/) const { return kDatabaseLane; }
  LaneId operator()(const BrokerTarget& /*target*/) const { return kBrokerLane; }
  LaneId operator()(const WorkerTarget& /*target*/) const { return kNoLane; }
};

}  // namespace

LaneId ExecutorLane(const Target& target) { return std::visit(LaneOf(), target); }

}  // namespace scheduler::core
