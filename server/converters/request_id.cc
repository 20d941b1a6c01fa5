#include "server/converters/request_id.h"

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "scheduler/base/random.h"

namespace server {

uint64_t HashOfRequest(const google::protobuf::Message& request) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&out);
  }
  return scheduler::base::StableHash(bytes, scheduler::base::StableHash(request.GetTypeName()));
}

}  // namespace server
