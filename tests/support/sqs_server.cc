#include "tests/support/sqs_server.h"

#include "tests/support/python_packages.h"

namespace support {
namespace {

using nlohmann::json;

const std::string& Packages() {
  static const std::string* const path = new std::string(PythonPackages("aws"));
  return *path;
}

// Whose requests moto takes without looking at the signature; it reads the region and service in it.
std::string Credential(const std::string& service) {
  return "Authorization: AWS4-HMAC-SHA256 Credential=TEST/20260101/eu-central-1/" + service +
         "/aws4_request, SignedHeaders=host, Signature=00";
}

// The text of the first element of this name in XML.
std::string Element(const std::string& xml, const std::string& name) {
  const size_t begin = xml.find("<" + name + ">");
  if (begin == std::string::npos) return "";
  const size_t at = begin + name.size() + 2;
  return xml.substr(at, xml.find('<', at) - at);
}

}  // namespace

bool SqsServer::Available() { return !Packages().empty(); }

bool SqsServer::Start() {
  process_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{"/usr/bin/env", "PYTHONPATH=" + Packages(), "python3", "-m",
                               "moto.server", "-H", "127.0.0.1", "-p", std::to_string(port_)},
      dir_.File("log"));
  return AwaitListening(port_, process_.get());
}

std::string SqsServer::Post(const std::string& path, const std::vector<std::string>& headers,
                            const std::string& body) {
  WriteFile(dir_.File("body"), body);
  std::vector<std::string> command = {
      "curl", "-s", "--data-binary", "@" + dir_.File("body"), "-o", dir_.File("answer")};
  for (const std::string& header : headers) {
    command.emplace_back("-H");
    command.push_back(header);
  }
  command.push_back(endpoint() + path);
  WriteFile(dir_.File("answer"), "");
  RunCommand(command, dir_.File("curl.log"));
  return ReadFile(dir_.File("answer"));
}

json SqsServer::Call(const std::string& action, const json& body) {
  const std::string answer = Post("/",
                                  {Credential("sqs"), "Content-Type: application/x-amz-json-1.0",
                                   "X-Amz-Target: AmazonSQS." + action},
                                  body.dump());
  json parsed = json::parse(answer, nullptr, /*allow_exceptions=*/false);
  return parsed.is_object() ? parsed : json::object();
}

std::string SqsServer::CreateQueue(const std::string& name) {
  json body = {{"QueueName", name}, {"Attributes", {{"VisibilityTimeout", "0"}}}};
  if (name.find(".fifo") != std::string::npos) body["Attributes"]["FifoQueue"] = "true";
  return Call("CreateQueue", body).value("QueueUrl", "");
}

json SqsServer::Messages(const std::string& url) {
  return Call("ReceiveMessage", {{"QueueUrl", url},
                                 {"AttributeNames", {"All"}},
                                 {"MessageAttributeNames", {"All"}},
                                 {"MaxNumberOfMessages", 10}})
      .value("Messages", json::array());
}

SqsServer::AccessKey SqsServer::RequireSignatures(const std::string& policy) {
  const auto iam = [this](const std::string& query) {
    return Post("/", {Credential("iam"), "Content-Type: application/x-www-form-urlencoded"},
                query + "&UserName=jobs&Version=2010-05-08");
  };
  iam("Action=CreateUser");
  iam("Action=PutUserPolicy&PolicyName=jobs&PolicyDocument=" + policy);
  const std::string made = iam("Action=CreateAccessKey");
  Post("/moto-api/reset-auth", {"Content-Type: text/plain"}, "0");
  return {Element(made, "AccessKeyId"), Element(made, "SecretAccessKey")};
}

void SqsServer::RequireNone() { Post("/moto-api/reset-auth", {"Content-Type: text/plain"}, "inf"); }

}  // namespace support
