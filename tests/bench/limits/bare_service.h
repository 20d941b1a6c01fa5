#ifndef TESTS_BENCH_LIMITS_BARE_SERVICE_H_
#define TESTS_BENCH_LIMITS_BARE_SERVICE_H_

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "ductape/jobs/v1/event.grpc.pb.h"
#include "ductape/jobs/v1/job.grpc.pb.h"
#include "ductape/jobs/v1/worker.grpc.pb.h"
#include "grpcpp/server.h"
#include "scheduler/base/mutex.h"

namespace bench {

// How BareWorkerService sends.
struct BareStreamOptions {
  int batch = 256;             // deliveries a message
  int64_t per_second = 0;      // deliveries a second and stream, a message at a time; 0: flat out
  int64_t in_flight = 16'384;  // deliveries without a result
};

class BareStream;

// Streams the same deliveries again and again and takes the results: no state, no disk. Their
// nominal time is when they were sent. The streams must have ended before it is destroyed.
class BareWorkerService final : public ductape::jobs::v1::WorkerService::CallbackService {
 public:
  explicit BareWorkerService(const BareStreamOptions& options);
  ~BareWorkerService() override;
  grpc::ServerBidiReactor<ductape::jobs::v1::WorkRequest, ductape::jobs::v1::WorkResponse>* Work(
      grpc::CallbackServerContext* context) override;

 private:
  friend class BareStream;

  // Called by a stream that ends; after it no tick comes.
  void Remove(BareStream* stream);

  // Has each stream send what is due, every millisecond: one thread that sleeps costs less than a
  // timer of gRPC's for each message.
  void Pace();

  const BareStreamOptions options_;
  std::atomic<bool> stop_{false};
  scheduler::base::Mutex mu_;
  std::set<BareStream*> streams_ ABSL_GUARDED_BY(mu_);
  std::thread pacer_;  // none if flat out
};

// Answers each create with the job it was sent.
class BareJobService final : public ductape::jobs::v1::JobService::CallbackService {
 public:
  grpc::ServerUnaryReactor* CreateJob(grpc::CallbackServerContext* context,
                                      const ductape::jobs::v1::CreateJobRequest* request,
                                      ductape::jobs::v1::Job* response) override;
  grpc::ServerUnaryReactor* BatchCreateJobs(
      grpc::CallbackServerContext* context,
      const ductape::jobs::v1::BatchCreateJobsRequest* request,
      ductape::jobs::v1::BatchCreateJobsResponse* response) override;
};

// A server with one of them on a free loopback port.
class BareServer {
 public:
  explicit BareServer(grpc::Service* service);
  ~BareServer();
  BareServer(const BareServer&) = delete;
  BareServer& operator=(const BareServer&) = delete;

  const std::string& address() const { return address_; }

 private:
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace bench

#endif  // TESTS_BENCH_LIMITS_BARE_SERVICE_H_
