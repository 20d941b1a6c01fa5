#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/jobctl/apply/apply_resource.h"
#include "client/jobctl/apply/kinds.h"
#include "client/jobctl/apply/outcome.h"
#include "client/jobctl/apply/prune.h"
#include "client/jobctl/commands/commands.h"
#include "client/jobctl/exit_code.h"
#include "client/jobctl/parse/key_value.h"
#include "client/jobctl/print/error_text.h"
#include "client/jobctl/print/progress.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

struct ApplyFlags {
  std::vector<std::string> files;
  std::string kind;
  std::vector<std::string> labels;
  bool prune = false;
  bool dry_run = false;
};

absl::StatusOr<std::map<std::string, std::string>> ParseLabels(const ApplyFlags& flags) {
  std::map<std::string, std::string> labels;
  for (const std::string& text : flags.labels) {
    auto label = ParseKeyValue(text);
    if (!label.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("--label: ", label.status().message()));
    }
    if (!labels.insert(*std::move(label)).second) {
      return absl::InvalidArgumentError(absl::StrCat("--label: ", text, ": the key stands twice"));
    }
  }
  return labels;
}

// Gives a document what the command line says of all: the product where it has none, the labels.
absl::Status Complete(const std::string& product, const std::map<std::string, std::string>& labels,
                      Document& document) {
  return std::visit(
      [&](auto& message) -> absl::Status {
        if (message.product().empty()) message.set_product(product);
        for (const auto& [key, value] : labels) {
          const auto [label, added] = message.mutable_labels()->insert({key, value});
          if (added || label->second == value) continue;
          return absl::InvalidArgumentError(absl::StrCat(document.place, ": labels.", key,
                                                         ": is \"", label->second,
                                                         "\", and --label says \"", value, "\""));
        }
        return absl::OkStatus();
      },
      document.resource);
}

// What is wrong with the documents together: one resource in two of them.
absl::Status CheckUnique(const std::vector<Document>& documents) {
  std::map<std::string, std::string> places;
  for (const Document& document : documents) {
    const auto [first, added] = places.emplace(KeyOf(document.resource), document.place);
    if (added) continue;
    return absl::InvalidArgumentError(absl::StrCat(document.place, ": ",
                                                   ResourceText(document.resource), " stands in ",
                                                   first->second, " too"));
  }
  return absl::OkStatus();
}

// A failure after which the next call would fail as well.
bool EndsAll(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsUnauthenticated(status) || absl::IsPermissionDenied(status);
}

// One run of the command: does it, tells of it, and keeps count.
class Apply {
 public:
  Apply(Session& session, bool dry_run, size_t total)
      : session_(session),
        dry_run_(dry_run),
        printer_(session.printer()),
        progress_(session.io(), "applied", total) {}

  // Applies the documents in the order of their kinds. What fails is told, and the rest is applied
  // all the same unless it would fail likewise.
  void All(const std::vector<Document>& documents) {
    std::set<std::string> to_create;
    for (const Document& document : documents) {
      absl::StatusOr<Outcome> outcome =
          ApplyResource(session_.client(), document.resource, dry_run_, to_create);
      progress_.Advance();
      if (outcome.ok()) {
        if (outcome->result == Outcome::Result::kCreated) {
          to_create.insert(KeyOf(document.resource));
        }
        Tell(*outcome);
        continue;
      }
      Failed(absl::StrCat("apply ", ResourceText(document.resource), " (", document.place, ")"),
             outcome.status());
      if (EndsAll(outcome.status())) break;
    }
  }

  void Prune(const PruneScope& scope) {
    absl::StatusOr<std::vector<Resource>> found = ResourcesToPrune(session_.client(), scope);
    if (!found.ok()) return Failed("find what to prune", found.status());
    for (Resource& resource : *found) {
      absl::Status status =
          dry_run_ ? absl::OkStatus() : DeleteResource(session_.client(), resource);
      if (status.ok()) {
        Tell(Outcome{Outcome::Result::kDeleted, std::move(resource), {}});
        continue;
      }
      Failed(absl::StrCat("prune ", ResourceText(resource)), status);
      if (EndsAll(status)) break;
    }
  }

  // Ends what is printed and answers the exit code, that of the first failure.
  int End(size_t documents) {
    progress_.Hide();
    printer_.End();
    std::string sum = absl::StrJoin(counts_, ", ", [](std::string* out, const auto& count) {
      absl::StrAppend(out, count.second, " ", ResultText(count.first));
    });
    if (failures_ > 0) absl::StrAppend(&sum, sum.empty() ? "" : ", ", failures_, " failed");
    const size_t left = documents - std::min(documents, reached_);
    if (left > 0) absl::StrAppend(&sum, ", ", left, " not tried");
    session_.Say(sum + (dry_run_ ? " (dry run: nothing was changed)" : ""));
    return code_;
  }

  bool failed() const { return failures_ > 0; }

 private:
  void Tell(const Outcome& outcome) {
    progress_.Hide();
    if (outcome.result != Outcome::Result::kDeleted) ++reached_;
    ++counts_[outcome.result];
    printer_.Add(std::vector<Outcome>{outcome});
    const Printer printer = session_.printer();
    if (dry_run_ && printer.format == Format::kTable) {
      WriteDiff(outcome.changes, printer.color, printer.out);
    }
  }

  void Failed(const std::string& what, const absl::Status& status) {
    progress_.Hide();
    ++reached_;
    ++failures_;
    session_.io().err << ErrorMessage(what, status, session_.globals().address, /*flags=*/false);
    if (code_ == kExitDone) code_ = ExitCodeOf(status);
  }

  Session& session_;
  const bool dry_run_;
  ListPrinter<Outcome> printer_;
  Progress progress_;
  std::map<Outcome::Result, size_t> counts_;
  size_t reached_ = 0;
  size_t failures_ = 0;
  int code_ = kExitDone;
};

// Reads the documents; all that is wrong with them is told, and then none is answered.
absl::StatusOr<std::vector<Document>> ReadAll(Session& session, const ApplyFlags& flags) {
  DocumentsToApply read = ReadDocumentsToApply(flags.files, flags.kind, session.io().in);
  for (size_t i = 0; i + 1 < read.errors.size(); ++i) {
    session.io().err << "jobctl: " << read.errors[i] << "\n";
  }
  if (!read.errors.empty()) return absl::InvalidArgumentError(read.errors.back());
  // Connections, events, calendars, jobs; within a kind as they stand.
  std::stable_sort(
      read.documents.begin(), read.documents.end(),
      [](const Document& a, const Document& b) { return a.resource.index() < b.resource.index(); });
  return std::move(read.documents);
}

// The product of documents that name none.
absl::StatusOr<std::string> DefaultProduct(Session& session) {
  if (!session.globals().product.empty()) return session.globals().product;
  absl::StatusOr<v1::GetServerInfoResponse> info = session.client().GetServerInfo();
  if (!info.ok()) return info.status();
  return info->default_product();
}

PruneScope ScopeOf(const std::vector<Document>& documents,
                   const std::map<std::string, std::string>& labels, const std::string& product) {
  PruneScope scope{.labels = labels, .products = {product}, .kept = {}};
  for (const Document& document : documents) {
    scope.products.insert(ProductOf(document.resource));
    scope.kept.insert(KeyOf(document.resource));
  }
  return scope;
}

int ApplyFiles(Session& session, const ApplyFlags& flags) {
  if (flags.prune && flags.labels.empty()) {
    return session.WrongUsage(absl::InvalidArgumentError(
        "--prune removes what carries the labels of --label: give at least one"));
  }
  const auto labels = ParseLabels(flags);
  if (!labels.ok()) return session.WrongUsage(labels.status());
  absl::StatusOr<std::vector<Document>> documents = ReadAll(session, flags);
  if (!documents.ok()) return session.WrongUsage(documents.status());
  const absl::StatusOr<std::string> product = DefaultProduct(session);
  if (!product.ok()) return session.CallFailed("ask for the default product", product.status());
  for (Document& document : *documents) {
    absl::Status status = Complete(*product, *labels, document);
    if (!status.ok()) return session.WrongUsage(status);
  }
  absl::Status status = CheckUnique(*documents);
  if (!status.ok()) return session.WrongUsage(status);

  Apply apply(session, flags.dry_run, documents->size());
  apply.All(*documents);
  if (flags.prune && apply.failed()) {
    session.Say("nothing is pruned, since not all could be applied");
  } else if (flags.prune) {
    apply.Prune(ScopeOf(*documents, *labels, *product));
  }
  return apply.End(documents->size());
}

}  // namespace

void AddApplyCommand(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand(
      "apply",
      "Make the server have what files say: connections, events, calendars and jobs\n"
      "Each document is a resource with its `kind`: connection, event, calendar or job. What is "
      "missing is "
      "created, what differs is replaced, so that fields which a document lacks get their "
      "defaults.\n"
      "  jobctl apply -f jobs.yaml -f calendars/\n"
      "  jobctl apply -f jobs/ --label app=billing --prune --dry-run");
  auto flags = std::make_shared<ApplyFlags>();
  command
      ->add_option("-f,--file", flags->files,
                   "A JSON or YAML file of one or more documents, a folder of such files, or - for "
                   "stdin (repeatable)")
      ->type_name("FILE")
      ->required()
      ->expected(-1)
      ->allow_extra_args(false);
  command->add_option("--kind", flags->kind, "What documents without `kind` are")
      ->type_name("connection|event|calendar|job");
  command
      ->add_option("-l,--label", flags->labels,
                   "A label that everything which is applied gets (repeatable)")
      ->type_name("KEY=VALUE")
      ->expected(-1)
      ->allow_extra_args(false);
  command->add_flag("--prune", flags->prune,
                    "Then delete what carries all these labels and is in no document");
  command->add_flag("--dry-run", flags->dry_run, "Show what would change without changing it");
  session.Bind(*command, [flags](Session& s) { return ApplyFiles(s, *flags); });
}

}  // namespace jobctl
