// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/command_line.h"

#include <algorithm>

#include "reference-runtime/command_line_tables.h"
#include "reference-runtime/stage.h"

namespace loadline::runtime {
namespace {

const Option* FindAmong(const std::string& operation, const std::string& name) {
  for (const Option& option : Options()) {
    const bool named = option.name == name || (!option.letter.empty() && option.letter == name);
    if (named && Takes(option, operation)) return &option;
  }
  return nullptr;
}

// The operation's own, or a global one.
const Option* FindOption(const std::string& operation, const std::string& name) {
  const Option* found = FindAmong(operation, name);
  return found != nullptr ? found : FindAmong("", name);
}

const Operation* FindOperation(const std::string& name) {
  for (const Operation& operation : Operations()) {
    if (operation.name == name) return &operation;
  }
  return nullptr;
}

bool Has(const Table& table, const std::string& name) {
  return std::any_of(table.stages.begin(), table.stages.end(),
                     [&name](const Stage& stage) { return stage.name == name; });
}

bool IsStage(const std::string& name) {
  const std::vector<Table> tables = AllTables();
  return std::any_of(tables.begin(), tables.end(),
                     [&name](const Table& table) { return Has(table, name); });
}

// "A,B", which stand in one table.
bool AreStages(const std::string& names) {
  const auto [one, other] = TwoStages(names);
  const std::vector<Table> tables = AllTables();
  return std::any_of(tables.begin(), tables.end(),
                     [&](const Table& table) { return Has(table, one) && Has(table, other); });
}

std::string WhereHelpIs(const std::string& operation) {
  return "see loadline-runtime " + (operation.empty() ? "" : operation + " ") + "--help";
}

class Parser {
 public:
  explicit Parser(const std::vector<std::string>& arguments) : arguments_(arguments) {}

  Result<CommandLine> Parse() {
    for (; at_ < arguments_.size(); ++at_) {
      const std::string& argument = arguments_[at_];
      if (options_end_ || argument.size() < 2 || argument[0] != '-') {
        RETURN_IF_ERROR(ReadOperand(argument));
      } else if (argument == "--") {
        options_end_ = true;
      } else {
        RETURN_IF_ERROR(ReadOption(argument));
      }
    }
    RETURN_IF_ERROR(CheckOperands());
    return std::move(line_);
  }

 private:
  Result<void> ReadOperand(const std::string& argument) {
    if (line_.operation.empty()) {
      line_.operation = argument;
      operation_ = FindOperation(argument);
      if (operation_ == nullptr)
        return Failure("there is no operation " + argument, WhereHelpIs(""));
      return {};
    }
    line_.operands.push_back(argument);
    // What follows the container of exec is the program's own.
    const auto count = static_cast<int>(line_.operands.size());
    options_end_ = options_end_ || count == operation_->operands_before_rest;
    return {};
  }

  Result<void> ReadOption(const std::string& argument) {
    const std::string text = argument.substr(argument[1] == '-' ? 2 : 1);
    const size_t equals = text.find('=');
    const Option* option = FindOption(line_.operation, text.substr(0, equals));
    if (option == nullptr)
      return Failure("there is no option " + argument, WhereHelpIs(line_.operation));
    std::string value = equals == std::string::npos ? "true" : text.substr(equals + 1);
    if (option->takes_value && equals == std::string::npos) {
      if (at_ + 1 == arguments_.size())
        return Failure(argument + " needs a value", WhereHelpIs(line_.operation));
      value = arguments_[++at_];
    }
    if (!option->takes_value && value != "true" && value != "false")
      return Failure(argument + " takes no value", WhereHelpIs(line_.operation));
    if (option->name == "without-stage" && !IsStage(value))
      return Failure("there is no stage " + value, "see loadline-runtime features --stages");
    if (option->name == "swap-stages" && !AreStages(value))
      return Failure("no table has the stages " + value, "see loadline-runtime features --stages");
    line_.options[KeyOf(*option)].push_back(value);
    return {};
  }

  // `spec --rootless` is not --rootless before it.
  std::string KeyOf(const Option& option) const {
    const std::string name(option.name);
    const bool is_second = !option.operations.empty() && FindAmong("", name) != nullptr;
    return is_second ? line_.operation + " " + name : name;
  }

  Result<void> CheckOperands() const {
    if (operation_ == nullptr || line_.Has("help")) return {};
    const auto count = static_cast<int>(line_.operands.size());
    if (count < operation_->least)
      return Failure(line_.operation + " needs a container id", WhereHelpIs(line_.operation));
    if (count > operation_->most)
      return Failure(line_.operation + " does not take \"" + line_.operands.back() + "\"",
                     WhereHelpIs(line_.operation));
    return {};
  }

  const std::vector<std::string>& arguments_;
  size_t at_ = 0;
  bool options_end_ = false;
  const Operation* operation_ = nullptr;
  CommandLine line_;
};

// The width counts characters, not bytes.
std::string Padded(const std::string& text, size_t width) {
  const auto length = static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned>(c) & 0xC0) != 0x80; }));
  return text + std::string(length < width ? width - length : 1, ' ');
}

std::string OptionLines(const std::string& operation) {
  std::string text;
  for (const Option& option : Options()) {
    if (!Takes(option, operation)) continue;
    std::string left = "--" + std::string(option.name) + (option.takes_value ? " VALUE" : "");
    if (!option.letter.empty()) left = "-" + std::string(option.letter) + ", " + left;
    text += "  " + Padded(left, 28) + std::string(option.help) + "\n";
  }
  return text;
}

}  // namespace

bool Takes(const Option& option, const std::string& operation) {
  if (operation.empty() || option.operations.empty())
    return operation.empty() && option.operations.empty();
  return (" " + std::string(option.operations) + " ").find(" " + operation + " ") !=
         std::string::npos;
}

std::pair<std::string, std::string> TwoStages(const std::string& names) {
  const size_t comma = std::min(names.find(','), names.size());
  return {names.substr(0, comma), names.substr(std::min(comma + 1, names.size()))};
}

Result<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments) {
  return Parser(arguments).Parse();
}

std::string Usage(const std::string& operation) {
  if (const Operation* found = FindOperation(operation); found != nullptr) {
    return "loadline-runtime [OPTION…] " + operation + " [OPTION…] " +
           std::string(found->operands) + ": " + std::string(found->help) + "\n\n" +
           OptionLines(operation);
  }
  std::string text = "loadline-runtime [OPTION…] OPERATION [OPTION…] [ID]: a small OCI runtime\n\n";
  for (const Operation& known : Operations()) {
    text += "  " + Padded(std::string(known.name), 12) + Padded(std::string(known.operands), 19) +
            std::string(known.help) + "\n";
  }
  return text + "\n" + OptionLines("") + "\nloadline-runtime help OPERATION shows its options\n";
}

}  // namespace loadline::runtime
