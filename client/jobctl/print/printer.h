#ifndef CLIENT_JOBCTL_PRINT_PRINTER_H_
#define CLIENT_JOBCTL_PRINT_PRINTER_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "client/jobctl/print/format.h"
#include "client/jobctl/print/json.h"
#include "client/jobctl/print/table.h"
#include "client/jobctl/print/views.h"

namespace jobctl {

// Where and how results are printed.
struct Printer {
  Format format = Format::kTable;
  bool color = false;
  absl::Time now;
  std::ostream& out;
};

// What is printed is a message, or any type with ToJson, NameOf and, for tables, RowOf or PageOf.

// One resource: its page, itself as JSON or YAML, or its name.
template <class Resource>
void PrintOne(const Printer& printer, const Resource& resource) {
  switch (printer.format) {
    case Format::kTable:
      WriteFields(PageOf(resource, printer.now), printer.color, printer.out);
      break;
    case Format::kJson:
      printer.out << IndentedJson(ToJson(resource)) << "\n";
      break;
    case Format::kJsonl:
      printer.out << ToJson(resource) << "\n";
      break;
    case Format::kYaml:
      printer.out << Yaml(ToJson(resource));
      break;
    case Format::kName:
      printer.out << NameOf(resource) << "\n";
      break;
  }
}

// One resource that was just changed: people see its row, everyone else as by PrintOne.
template <class Resource>
void PrintChanged(const Printer& printer, const Resource& resource) {
  if (printer.format != Format::kTable) return PrintOne(printer, resource);
  Table(HeaderOf<Resource>(), printer.color).Write({RowOf(resource, printer.now)}, printer.out);
}

// Resources that change, each as it comes: a row under the header of all, or as by PrintOne, in
// YAML as a document of its own.
template <class Resource>
class ChangePrinter {
 public:
  explicit ChangePrinter(const Printer& printer) : table_(HeaderOf<Resource>(), printer.color) {}

  // `printer`: as of now, since rows tell times from now.
  void Add(const Printer& printer, const Resource& resource) {
    if (printer.format == Format::kTable) {
      table_.Write({RowOf(resource, printer.now)}, printer.out);
    } else {
      if (printer.format == Format::kYaml) printer.out << "---\n";
      PrintOne(printer, resource);
    }
    printer.out << std::flush;
  }

 private:
  Table table_;
};

// A list, page by page. A list without resources is a table's header, `[]` or nothing.
template <class Resource>
class ListPrinter {
 public:
  explicit ListPrinter(const Printer& printer)
      : printer_(printer), table_(HeaderOf<Resource>(), printer.color) {}

  // `page`: any container of them.
  template <class Page>
  void Add(const Page& page) {
    if (printer_.format == Format::kTable) {
      std::vector<Row> rows;
      for (const Resource& resource : page) rows.push_back(RowOf(resource, printer_.now));
      if (!rows.empty()) table_.Write(rows, printer_.out);
    } else {
      for (const Resource& resource : page) AddOne(resource);
    }
    empty_ = empty_ && page.empty();
  }

  // To be called once, after the last page.
  void End() {
    if (printer_.format == Format::kTable && empty_) table_.Write({}, printer_.out);
    if (printer_.format == Format::kJson) printer_.out << (empty_ ? "[]\n" : "\n]\n");
    if (printer_.format == Format::kYaml && empty_) printer_.out << "[]\n";
  }

 private:
  void AddOne(const Resource& resource) {
    if (printer_.format == Format::kJson) {
      printer_.out << (empty_ ? "[\n" : ",\n") << ToJson(resource);
    } else if (printer_.format == Format::kYaml) {
      printer_.out << Yaml(ToJson(resource), /*item=*/true);
    } else {
      PrintOne(printer_, resource);
    }
    empty_ = false;
  }

  const Printer printer_;
  Table table_;
  bool empty_ = true;
};

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PRINT_PRINTER_H_
