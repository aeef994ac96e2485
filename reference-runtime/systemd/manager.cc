// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/systemd/manager.h"

#include <cstdlib>

namespace loadline::runtime {
namespace {

constexpr const char* kName = "org.freedesktop.systemd1";
constexpr const char* kPath = "/org/freedesktop/systemd1";
constexpr const char* kInterface = "org.freedesktop.systemd1.Manager";
constexpr const char* kJobsOfManager =
    "type='signal',sender='org.freedesktop.systemd1',"
    "interface='org.freedesktop.systemd1.Manager',member='JobRemoved'";
constexpr const char* kNoSuchUnit = "org.freedesktop.systemd1.NoSuchUnit";
constexpr const char* kSystemBus = "/run/dbus/system_bus_socket";
constexpr std::chrono::seconds kPatience(30);

// "unix:path=/run/user/1000/bus", perhaps with more behind a comma.
std::string PathInAddress(const std::string& address) {
  const std::string begin = "unix:path=";
  if (!address.starts_with(begin)) return "";
  return address.substr(begin.size(), address.find_first_of(",;") - begin.size());
}

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Result<std::string> SocketOfBus(bool of_user) {
  if (!of_user) return std::string(kSystemBus);
  if (const std::string path = PathInAddress(Variable("DBUS_SESSION_BUS_ADDRESS")); !path.empty())
    return path;
  if (const std::string folder = Variable("XDG_RUNTIME_DIR"); !folder.empty())
    return folder + "/bus";
  return Failure("this user has no bus", "set XDG_RUNTIME_DIR, or DBUS_SESSION_BUS_ADDRESS");
}

struct ValueWriter {
  DbusWriter& out;
  void operator()(bool value) const {
    out.Signature("b");
    out.Bool(value);
  }
  void operator()(uint64_t value) const {
    out.Signature("t");
    out.Number64(value);
  }
  void operator()(const std::string& value) const {
    out.Signature("s");
    out.Text(value);
  }
  void operator()(const std::vector<uint8_t>& value) const {
    out.Signature("ay");
    out.Array(1, [&] {
      for (const uint8_t byte : value) out.Byte(byte);
    });
  }
  void operator()(const std::vector<uint32_t>& value) const {
    out.Signature("au");
    out.Array(4, [&] {
      for (const uint32_t number : value) out.Number32(number);
    });
  }
  void operator()(const std::vector<std::pair<std::string, std::string>>& value) const {
    out.Signature("a(ss)");
    out.Array(8, [&] {
      for (const auto& [first, second] : value) {
        out.Align(8);
        out.Text(first);
        out.Text(second);
      }
    });
  }
};

// a(sv)
void Write(DbusWriter& out, const std::vector<UnitProperty>& properties) {
  out.Array(8, [&] {
    for (const UnitProperty& property : properties) {
      out.Align(8);
      out.Text(property.name);
      std::visit(ValueWriter{out}, property.value);
    }
  });
}

}  // namespace

Result<SystemdManager> SystemdManager::Connect(bool of_user) {
  ASSIGN_OR_RETURN(const std::string socket, SocketOfBus(of_user));
  auto connection = DbusConnection::Open(socket, Deadline::After(kPatience));
  if (!connection.has_value())
    return std::move(connection)
        .error()
        .In("systemd")
        .Hint("groups made by systemd need systemd and its D-Bus: leave out --systemd-cgroup");
  RETURN_IF_ERROR(connection->AddMatch(kJobsOfManager));
  return SystemdManager(std::move(*connection));
}

Result<DbusMessage> SystemdManager::Call(const std::string& member, const std::string& signature,
                                         const DbusWriter& body) {
  auto answer = connection_.Call({kName, kPath, kInterface, member, signature, body.bytes()});
  if (!answer.has_value()) return std::move(answer).error().In("systemd");
  return answer;
}

Result<void> SystemdManager::WaitForJob(const DbusMessage& answer, const std::string& unit) {
  const std::string job = DbusReader(answer.body).Text();
  while (true) {
    ASSIGN_OR_RETURN(const DbusMessage signal, connection_.NextSignal(kInterface, "JobRemoved"));
    DbusReader reader(signal.body);
    reader.Number32();  // the job's number
    if (reader.Text() != job) continue;
    reader.Text();  // the unit
    const std::string result = reader.Text();
    if (result == "done") return {};
    return Failure("the job of systemd for " + unit + " ended with \"" + result + "\"",
                   "systemctl status " + unit + " may say more");
  }
}

Result<void> SystemdManager::StartScope(const ScopeRequest& request) {
  // Delegate: what is below the scope is ours. No dependencies: the end of the system stops
  // containers after the engines that look after them.
  std::vector<UnitProperty> properties{
      {"Description", request.description},
      {"Slice", request.slice},
      {"Delegate", true},
      {"DefaultDependencies", false},
      {"PIDs", std::vector<uint32_t>{static_cast<uint32_t>(request.pid)}}};
  properties.insert(properties.end(), request.properties.begin(), request.properties.end());
  DbusWriter body;
  body.Text(request.unit);
  body.Text("replace");
  Write(body, properties);
  body.Array(8, [] {});  // no further units
  ASSIGN_OR_RETURN(const DbusMessage answer, Call("StartTransientUnit", "ssa(sv)a(sa(sv))", body));
  return WaitForJob(answer, request.unit);
}

Result<void> SystemdManager::SetProperties(const std::string& unit,
                                           const std::vector<UnitProperty>& properties) {
  if (properties.empty()) return {};
  DbusWriter body;
  body.Text(unit);
  body.Bool(true);  // until the unit ends
  Write(body, properties);
  ASSIGN_OR_RETURN(const DbusMessage answer, Call("SetUnitProperties", "sba(sv)", body));
  (void)answer;
  return {};
}

Result<void> SystemdManager::Stop(const std::string& unit) {
  DbusWriter body;
  body.Text(unit);
  body.Text("replace");
  ASSIGN_OR_RETURN(const DbusMessage answer,
                   connection_.Ask({kName, kPath, kInterface, "StopUnit", "ss", body.bytes()}));
  // Most often the last process has ended and systemd has forgotten the unit.
  if (answer.error == kNoSuchUnit) return {};
  if (answer.type == DbusType::kError)
    return Failure("StopUnit: " + WordsOf(answer), "systemctl stop " + unit + " may help")
        .In("systemd");
  RETURN_IF_ERROR(WaitForJob(answer, unit));
  DbusWriter failed;
  failed.Text(unit);
  // A scope whose processes had to be killed may stay as a failed one, in the way of the next.
  (void)connection_.Call({kName, kPath, kInterface, "ResetFailedUnit", "s", failed.bytes()})
      .has_value();
  return {};
}

}  // namespace loadline::runtime
