#include "server/system/channelz_handler.h"

#include <string>
#include <utility>

#include "google/protobuf/util/json_util.h"
#include "grpc/channelz/v1/channelz.grpc.pb.h"
#include "grpc/grpc.h"
#include "grpc/support/alloc.h"
#include "scheduler/base/errors.h"
#include "server/strings.h"
#include "server/unary_service.h"

namespace server {
namespace {

namespace channelz = grpc::channelz::v1;
namespace errors = scheduler::base::errors;

class ChannelzHandler final : public UnaryService<channelz::Channelz::Service> {
 public:
  ChannelzHandler(CallGate* gate, WorkPool* pool)
      : UnaryService(channelz::Channelz::service_full_name()), pool_(pool) {
    Add<channelz::GetTopChannelsRequest, channelz::GetTopChannelsResponse>(
        gate, "GetTopChannels", [](const auto& request) {
          return grpc_channelz_get_top_channels(request.start_channel_id());
        });
    Add<channelz::GetServersRequest, channelz::GetServersResponse>(
        gate, "GetServers",
        [](const auto& request) { return grpc_channelz_get_servers(request.start_server_id()); });
    Add<channelz::GetServerRequest, channelz::GetServerResponse>(
        gate, "GetServer",
        [](const auto& request) { return grpc_channelz_get_server(request.server_id()); });
    Add<channelz::GetServerSocketsRequest, channelz::GetServerSocketsResponse>(
        gate, "GetServerSockets", [](const auto& request) {
          return grpc_channelz_get_server_sockets(request.server_id(), request.start_socket_id(),
                                                  request.max_results());
        });
    Add<channelz::GetChannelRequest, channelz::GetChannelResponse>(
        gate, "GetChannel",
        [](const auto& request) { return grpc_channelz_get_channel(request.channel_id()); });
    Add<channelz::GetSubchannelRequest, channelz::GetSubchannelResponse>(
        gate, "GetSubchannel",
        [](const auto& request) { return grpc_channelz_get_subchannel(request.subchannel_id()); });
    Add<channelz::GetSocketRequest, channelz::GetSocketResponse>(
        gate, "GetSocket",
        [](const auto& request) { return grpc_channelz_get_socket(request.socket_id()); });
  }

 private:
  // `get` gives JSON that gRPC allocated, or null.
  template <typename Request, typename Response, typename Get>
  void Add(CallGate* gate, const std::string& name, Get get) {
    Serve<Request, Response>(
        gate, name, CallKind::kProbe, [this, get](UnaryCall<Request, Response> call) {
          pool_->Post([call = std::move(call), get]() mutable {
            char* const json = get(call.request());
            if (json == nullptr) return call.Fail(errors::SymbolNotFound("channelz entity"));
            const auto status = google::protobuf::util::JsonStringToMessage(json, call.response());
            gpr_free(json);
            if (!status.ok()) return call.Fail(errors::Internal("channelz gave no valid JSON"));
            call.Succeed();
          });
        });
  }

  WorkPool* const pool_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeChannelz(CallGate* gate, WorkPool* pool) {
  return std::make_unique<ChannelzHandler>(gate, pool);
}

}  // namespace server
