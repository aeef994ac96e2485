// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/seccomp_filter.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/files.h"
#include "base/passed_fds.h"
#include "reference-runtime/message.h"
#include "reference-runtime/own_program.h"
#include "reference-runtime/seccomp_cache.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

struct Word {
  const char* name;
  uint32_t number;
};

// ERRNO and TRACE carry a value that is added to them.
constexpr Word kActions[] = {
    {"SCMP_ACT_KILL", SCMP_ACT_KILL_THREAD},
    {"SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS},
    {"SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD},
    {"SCMP_ACT_TRAP", SCMP_ACT_TRAP},
    {"SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(0)},
    {"SCMP_ACT_TRACE", SCMP_ACT_TRACE(0)},
    {"SCMP_ACT_ALLOW", SCMP_ACT_ALLOW},
    {"SCMP_ACT_LOG", SCMP_ACT_LOG},
    {"SCMP_ACT_NOTIFY", SCMP_ACT_NOTIFY},
};
constexpr Word kOperators[] = {{"SCMP_CMP_NE", SCMP_CMP_NE},
                               {"SCMP_CMP_LT", SCMP_CMP_LT},
                               {"SCMP_CMP_LE", SCMP_CMP_LE},
                               {"SCMP_CMP_EQ", SCMP_CMP_EQ},
                               {"SCMP_CMP_GE", SCMP_CMP_GE},
                               {"SCMP_CMP_GT", SCMP_CMP_GT},
                               {"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ}};
constexpr Word kFlags[] = {
    {"SECCOMP_FILTER_FLAG_TSYNC", SECCOMP_FILTER_FLAG_TSYNC},
    {"SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG},
    {"SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW},
    {"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV}};
constexpr const char* kArchitectures[] = {
    "SCMP_ARCH_X86",     "SCMP_ARCH_X86_64",   "SCMP_ARCH_X32",         "SCMP_ARCH_ARM",
    "SCMP_ARCH_AARCH64", "SCMP_ARCH_MIPS",     "SCMP_ARCH_MIPS64",      "SCMP_ARCH_MIPS64N32",
    "SCMP_ARCH_MIPSEL",  "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PPC",
    "SCMP_ARCH_PPC64",   "SCMP_ARCH_PPC64LE",  "SCMP_ARCH_S390",        "SCMP_ARCH_S390X",
    "SCMP_ARCH_PARISC",  "SCMP_ARCH_PARISC64", "SCMP_ARCH_RISCV64",     "SCMP_ARCH_LOONGARCH64",
    "SCMP_ARCH_M68K",    "SCMP_ARCH_SH",       "SCMP_ARCH_SHEB"};
// What the runtime does itself between installing the filter and the agent's having the listener:
// an agent would have to answer before it can.
constexpr const char* kNeededToNotify[] = {"sendmsg"};

template <size_t N>
Result<uint32_t> NumberOf(const Word (&table)[N], const std::string& name, const char* what) {
  for (const Word& word : table) {
    if (name == word.name) return word.number;
  }
  return Failure("linux.seccomp has the unknown " + std::string(what) + " " + name,
                 "loadline validate names the place");
}

template <size_t N>
std::vector<std::string> NamesOf(const Word (&table)[N]) {
  std::vector<std::string> names;
  for (const Word& word : table) names.emplace_back(word.name);
  return names;
}

Result<uint32_t> ReadAction(const std::string& name, std::optional<uint32_t> value) {
  ASSIGN_OR_RETURN(const uint32_t action, NumberOf(kActions, name, "action"));
  // oci-runtime/config-linux/seccomp/errno-ret: EPERM when nothing else is said.
  if (name == "SCMP_ACT_ERRNO" || name == "SCMP_ACT_TRACE")
    return action | (value.value_or(EPERM) & 0xffffU);
  if (value)
    return Failure("linux.seccomp gives the action " + name + " an errno, which it cannot return",
                   "remove it, or use SCMP_ACT_ERRNO");
  return action;
}

std::optional<uint32_t> OptionalNumber(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::nullopt;
  return found->get<uint32_t>();
}

Result<std::vector<scmp_arg_cmp>> ReadArguments(const Json& rule) {
  std::vector<scmp_arg_cmp> arguments;
  for (const Json& entry : rule.value("args", Json::array())) {
    ASSIGN_OR_RETURN(const uint32_t op,
                     NumberOf(kOperators, entry.at("op").get<std::string>(), "operator"));
    scmp_arg_cmp comparison{};
    comparison.arg = entry.at("index");
    comparison.op = static_cast<scmp_compare>(op);
    comparison.datum_a = entry.at("value").get<uint64_t>();
    comparison.datum_b = entry.value("valueTwo", uint64_t{0});
    // With MASKED_EQ the first value is the mask.
    arguments.push_back(comparison);
  }
  return arguments;
}

// libseccomp compares an argument once in a rule. Where an entry names one twice, each of its
// conditions becomes a rule, so that one is enough: as runc and crun have it, whose profiles these
// are.
std::vector<std::vector<scmp_arg_cmp>> Rules(const std::vector<scmp_arg_cmp>& arguments) {
  std::set<unsigned> seen;
  for (const scmp_arg_cmp& argument : arguments) seen.insert(argument.arg);
  if (seen.size() == arguments.size()) return {arguments};
  std::vector<std::vector<scmp_arg_cmp>> rules;
  for (const scmp_arg_cmp& argument : arguments) rules.push_back({argument});
  return rules;
}

Result<void> AddCall(scmp_filter_ctx context, uint32_t action, const std::string& name,
                     const std::vector<scmp_arg_cmp>& arguments) {
  const int number = seccomp_syscall_resolve_name(name.c_str());
  // A call that this libseccomp does not know cannot be made by number here.
  if (number == __NR_SCMP_ERROR) return {};
  for (const auto& rule : Rules(arguments)) {
    const int failed = seccomp_rule_add_array(context, action, number,
                                              static_cast<unsigned>(rule.size()), rule.data());
    if (failed == 0 || failed == -EDOM) continue;  // the latter: not a call of this architecture
    errno = -failed;
    return CallError("seccomp_rule_add", name);
  }
  return {};
}

Result<void> AddRule(scmp_filter_ctx context, const Json& rule, uint32_t default_action) {
  ASSIGN_OR_RETURN(const uint32_t action, ReadAction(rule.at("action").get<std::string>(),
                                                     OptionalNumber(rule, "errnoRet")));
  if (action == default_action) return {};
  ASSIGN_OR_RETURN(const auto arguments, ReadArguments(rule));
  for (const Json& name : rule.at("names"))
    RETURN_IF_ERROR(AddCall(context, action, name.get<std::string>(), arguments));
  return {};
}

Result<void> AddArchitecture(scmp_filter_ctx context, const std::string& wanted) {
  const auto* const known = std::find_if(std::begin(kArchitectures), std::end(kArchitectures),
                                         [&](const char* name) { return wanted == name; });
  if (known == std::end(kArchitectures))
    return Failure("linux.seccomp has the unknown architecture " + wanted,
                   "loadline validate names the place");
  std::string name = wanted.substr(std::string_view("SCMP_ARCH_").size());
  for (char& c : name) c = static_cast<char>(std::tolower(c));
  const uint32_t number = seccomp_arch_resolve_name(name.c_str());
  // The standard lists more than this libseccomp has, and one filter holds architectures of one
  // byte order. Where this program runs nothing makes calls of the others.
  if (number == 0) return {};
  const int failed = seccomp_arch_add(context, number);
  if (failed == 0 || failed == -EEXIST || failed == -EDOM) return {};
  errno = -failed;
  return CallError("seccomp_arch_add", wanted);
}

// oci-runtime/config-linux/seccomp/actions/notify: what can be handed to an agent.
Result<void> CheckNotify(const Json& rule) {
  for (const Json& name : rule.at("names")) {
    for (const char* const needed : kNeededToNotify) {
      if (name == needed)
        return Failure("linux.seccomp asks the agent about " + std::string(needed) +
                           ", by which the agent itself is told",
                       "choose another action for it");
    }
  }
  return {};
}

Result<std::vector<sock_filter>> Export(scmp_filter_ctx context) {
  const UniqueFd file(memfd_create("seccomp", MFD_CLOEXEC));
  if (!file) return CallError("memfd_create");
  if (const int failed = seccomp_export_bpf(context, file.get()); failed != 0) {
    errno = -failed;
    return CallError("seccomp_export_bpf");
  }
  if (lseek(file.get(), 0, SEEK_SET) != 0) return CallError("lseek");
  ASSIGN_OR_RETURN(const std::string bytes, ReadFd(file.get()));
  std::vector<sock_filter> program(bytes.size() / sizeof(sock_filter));
  bytes.copy(reinterpret_cast<char*>(program.data()), program.size() * sizeof(sock_filter));
  return program;
}

Result<std::vector<sock_filter>> CompileProgram(const Json& seccomp) {
  ASSIGN_OR_RETURN(const uint32_t default_action,
                   ReadAction(seccomp.at("defaultAction").get<std::string>(),
                              OptionalNumber(seccomp, "defaultErrnoRet")));
  const std::unique_ptr<void, void (*)(scmp_filter_ctx)> context(seccomp_init(default_action),
                                                                 seccomp_release);
  if (!context)
    return Failure("libseccomp refuses the default action " +
                   seccomp["defaultAction"].get<std::string>());
  if (default_action == SCMP_ACT_NOTIFY)
    return Failure("linux.seccomp asks the agent about every call, its own being told included",
                   "choose another defaultAction, and SCMP_ACT_NOTIFY for some syscalls");
  // A call through an architecture that the filter does not list kills, as libseccomp has it.
  seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  for (const Json& entry : seccomp.value("architectures", Json::array()))
    RETURN_IF_ERROR(AddArchitecture(context.get(), entry.get<std::string>()));
  for (const Json& rule : seccomp.value("syscalls", Json::array()))
    RETURN_IF_ERROR(AddRule(context.get(), rule, default_action));
  return Export(context.get());
}

// All that the program depends on: what is asked for, and who compiles it (libseccomp is linked in,
// or its version is in the key).
std::string KeyOf(const Json& seccomp, const std::string& build) {
  const scmp_version* version = seccomp_version();
  std::string key = build + " " + std::to_string(version->major) + "." +
                    std::to_string(version->minor) + "." + std::to_string(version->micro) + "\n";
  for (const char* part : {"defaultAction", "defaultErrnoRet", "architectures", "syscalls"})
    key += seccomp.value(part, Json()).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return key;
}

// A short profile is compiled as fast as it is found.
bool IsLong(const Json& seccomp) {
  constexpr size_t kShort = 50;
  size_t names = 0;
  for (const Json& rule : seccomp.value("syscalls", Json::array()))
    names += rule.at("names").size();
  return names > kShort;
}

Result<std::vector<sock_filter>> ProgramFor(const Json& seccomp, const std::string& folder) {
  const std::string build = BuildId();
  if (folder.empty() || build.empty() || !IsLong(seccomp)) return CompileProgram(seccomp);
  const SeccompCache cache(folder);
  const std::string key = KeyOf(seccomp, build);
  auto program = cache.Find(key);
  if (!program.empty()) return program;
  ASSIGN_OR_RETURN(program, CompileProgram(seccomp));
  cache.Keep(key, program);
  return program;
}

Result<SeccompFilter> Compile(const Json& seccomp, const std::string& cache) {
  SeccompFilter filter;
  for (const Json& rule : seccomp.value("syscalls", Json::array())) {
    if (rule.at("action") != "SCMP_ACT_NOTIFY") continue;
    RETURN_IF_ERROR(CheckNotify(rule));
    filter.notifies = true;
  }
  for (const Json& flag : seccomp.value("flags", Json::array())) {
    ASSIGN_OR_RETURN(const uint32_t bit, NumberOf(kFlags, flag.get<std::string>(), "flag"));
    filter.flags |= bit;
  }
  ASSIGN_OR_RETURN(filter.program, ProgramFor(seccomp, cache));
  return filter;
}

// The pid of this process as the runtime's caller knows it.
pid_t PidOutside(const SeccompFilter& filter) {
  char text[32] = {};
  return readlinkat(filter.host_proc.get(), "self", text, sizeof text - 1) > 0 ? std::atoi(text)
                                                                               : 0;
}

// oci-runtime/config-linux/seccomp/listener: the container process state, with the descriptor.
Result<void> SendListener(const SeccompFilter& filter, int listener,
                          const std::string& state_text) {
  const Json state = Json::parse(state_text, nullptr, false);
  Json message{{"ociVersion", state["ociVersion"]},
               {"fds", {"seccompFd"}},
               {"pid", PidOutside(filter)},
               {"state", state}};
  if (filter.listener_metadata) message["metadata"] = *filter.listener_metadata;
  return SendFd(filter.listener_connection.get(), listener, message.dump());
}

Result<void> PrepareListener(const Json& seccomp, SeccompFilter& filter) {
  const std::string path = seccomp.value("listenerPath", "");
  if (path.empty())
    return Failure("linux.seccomp uses SCMP_ACT_NOTIFY without a listenerPath",
                   "name the socket of the seccomp agent");
  ASSIGN_OR_RETURN(filter.listener_connection, ConnectTo(path));
  ASSIGN_OR_RETURN(filter.host_proc, Open("/proc", O_PATH | O_DIRECTORY));
  if (seccomp.contains("listenerMetadata"))
    filter.listener_metadata = seccomp["listenerMetadata"].get<std::string>();
  return {};
}

}  // namespace

Result<SeccompFilter> CompileFilter(const Json& seccomp, const std::string& cache) {
  try {
    ASSIGN_OR_RETURN(SeccompFilter filter, Compile(seccomp, cache));
    if (filter.notifies) RETURN_IF_ERROR(PrepareListener(seccomp, filter));
    return filter;
  } catch (const Json::exception& problem) {  // nlohmann's exceptions end here
    return Failure(std::string("linux.seccomp: ") + problem.what(),
                   "loadline validate names the place");
  }
}

Result<void> InstallFilter(const SeccompFilter& filter, const std::string& state) {
  if (filter.program.empty()) return {};
  const sock_fprog program{static_cast<unsigned short>(filter.program.size()),
                           const_cast<sock_filter*>(filter.program.data())};
  unsigned flags = filter.flags;
  if (filter.notifies) {
    flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
    if ((flags & SECCOMP_FILTER_FLAG_TSYNC) != 0) flags |= SECCOMP_FILTER_FLAG_TSYNC_ESRCH;
  } else {
    // About the waits for an agent's answers: without an agent the kernel refuses it.
    flags &= ~static_cast<unsigned>(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
  }
  const long listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
  if (listener < 0)
    return CallError("seccomp", "SECCOMP_SET_MODE_FILTER")
        .Hint("features lists the flags that this kernel takes as supportedFlags");
  if (!filter.notifies) return {};
  const UniqueFd descriptor(static_cast<int>(listener));
  return SendListener(filter, descriptor.get(), state);
}

std::vector<std::string> SeccompActions() { return NamesOf(kActions); }
std::vector<std::string> SeccompOperators() { return NamesOf(kOperators); }
std::vector<std::string> SeccompArchitectures() {
  return {std::begin(kArchitectures), std::end(kArchitectures)};
}
std::vector<std::string> SeccompFlags() { return NamesOf(kFlags); }

std::vector<std::string> SupportedSeccompFlags() {
  std::vector<std::string> names;
  for (const Word& flag : kFlags) {
    unsigned flags = flag.number;
    if (flags == SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV) flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
    // Without a program there is nothing that could be installed; flags are looked at first.
    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, nullptr);
    if (errno == EFAULT) names.emplace_back(flag.name);
  }
  return names;
}

}  // namespace loadline::runtime
