// SPDX-License-Identifier: Apache-2.0
// resctrl-stand-in DIRECTORY: mounts there what stands for the kernel's resctrl filesystem where no
// processor has it, and serves it until it is unmounted. It keeps the rules about groups that a
// container runtime meets: a group is made by mkdir with all its files, and goes by rmdir with its
// monitoring groups; there are so many and no more; what the processor does not have is refused,
// whole writes at a time; a process stands in one group, which its children inherit, and in a
// monitoring group of that one at most. It divides no cache and counts nothing, and knows no
// exclusive groups, no pseudo-locking, no processors of groups and no code and data apart. Nobody
// tells it of a new process: where one stands is settled at the next question about processes, by
// its parent then. No runtime may take it for resctrl, because any user could mount one: it is of
// type fuse.resctrl.
#define FUSE_USE_VERSION 31
#include <fuse3/fuse.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <set>

#include "conformance/stand_ins/processes.h"
#include "conformance/stand_ins/schemata.h"

namespace loadline::stand_ins {
namespace {

constexpr size_t kClasses = 12;   // groups, the root included
constexpr size_t kMonitors = 24;  // one for each group, one for each monitoring group

struct Group {
  Schemata schemata = WholeProcessor();
  std::set<std::string> monitoring;
};

// Where a process was put.
struct Place {
  uint64_t start = 0;  // of the process
  std::string group;   // "" is the root
  std::string monitoring;
};

// A file or directory. What has neither text nor writer is a directory.
struct Node {
  std::function<std::string()> text;
  std::function<int(const std::string&)> write;
  std::string group;
  std::string monitoring;
};
using Tree = std::map<std::string, Node>;

class Resctrl {
 public:
  // Everything by its path, as it is now.
  Tree All();
  int MakeDirectory(const std::string& path);
  int RemoveDirectory(const std::string& path);

 private:
  void AddInfo(Tree& tree);
  void AddGroup(Tree& tree, const std::string& name);
  void AddTasks(Tree& tree, const std::string& path, const std::string& group,
                const std::string& monitoring);
  std::string TasksOf(const std::string& group, const std::string& monitoring);
  int Move(const std::string& text, const std::string& group, const std::string& monitoring);
  int ChangeSchemata(const std::string& group, const std::string& text);
  Place& PlaceOf(const Process& process);
  size_t Monitors() const;
  int Refuse(int number, const std::string& why);

  std::map<std::string, Group> groups_{{"", {}}};
  std::map<pid_t, Place> places_;
  std::string status_ = "ok";
};

std::function<std::string()> Always(std::string text) {
  return [text = std::move(text)] { return text + "\n"; };
}

// "/gold" and "x" as "/gold/x".
std::string Below(const std::string& directory, const std::string& name) {
  return (directory == "/" ? "" : directory) + "/" + name;
}

// The reader or writer of the call that is being served.
std::optional<Process> Caller() { return LookAt(fuse_get_context()->pid); }

int Resctrl::Refuse(int number, const std::string& why) {
  status_ = why;
  return -number;
}

Tree Resctrl::All() {
  Tree tree;
  AddInfo(tree);
  for (const auto& group : groups_) AddGroup(tree, group.first);
  return tree;
}

void Resctrl::AddInfo(Tree& tree) {
  for (const char* directory : {"/info", "/info/L3", "/info/MB", "/info/L3_MON"})
    tree[directory] = {};
  char mask[32];
  snprintf(mask, sizeof mask, "%llx", static_cast<unsigned long long>(kAllOfCache));
  tree["/info/L3/cbm_mask"].text = Always(mask);
  tree["/info/L3/min_cbm_bits"].text = Always(std::to_string(kLeastCacheBits));
  tree["/info/L3/shareable_bits"].text = Always("0");
  tree["/info/MB/min_bandwidth"].text = Always(std::to_string(kLeastBandwidth));
  tree["/info/MB/bandwidth_gran"].text = Always(std::to_string(kBandwidthStep));
  tree["/info/MB/delay_linear"].text = Always("1");
  for (const char* resource : {"L3", "MB"})
    tree[std::string("/info/") + resource + "/num_closids"].text = Always(std::to_string(kClasses));
  tree["/info/L3_MON/mon_features"].text =
      Always("llc_occupancy\nmbm_total_bytes\nmbm_local_bytes");
  tree["/info/L3_MON/num_rmids"].text = Always(std::to_string(kMonitors));
  tree["/info/last_cmd_status"].text = [this] { return status_ + "\n"; };
}

void Resctrl::AddTasks(Tree& tree, const std::string& path, const std::string& group,
                       const std::string& monitoring) {
  tree[path] = {nullptr, nullptr, group, monitoring};
  tree[Below(path, "tasks")] = {
      [=, this] { return TasksOf(group, monitoring); },
      [=, this](const std::string& text) { return Move(text, group, monitoring); }};
  tree[Below(path, "cpus")].text = Always("0");
  tree[Below(path, "cpus_list")].text = Always("");
  for (const char* part : {"mon_data", "mon_data/mon_L3_00"}) tree[Below(path, part)] = {};
  tree[Below(path, "mon_data/mon_L3_00/llc_occupancy")].text = Always("0");
}

void Resctrl::AddGroup(Tree& tree, const std::string& name) {
  const std::string path = "/" + name;
  AddTasks(tree, path, name, "");
  tree[Below(path, "schemata")] = {
      [=, this] { return ToText(groups_[name].schemata); },
      [=, this](const std::string& text) { return ChangeSchemata(name, text); }};
  tree[Below(path, "mode")].text = Always("shareable");
  tree[Below(path, "mon_groups")] = {};
  for (const std::string& monitoring : groups_[name].monitoring)
    AddTasks(tree, Below(path, "mon_groups/" + monitoring), name, monitoring);
}

// Where the process was put itself, or else where its parent stands.
Place& Resctrl::PlaceOf(const Process& process) {
  const auto found = places_.find(process.pid);
  if (found != places_.end() && found->second.start == process.start) return found->second;
  Place place;
  if (const auto parent = LookAt(process.parent)) place = PlaceOf(*parent);
  place.start = process.start;
  return places_[process.pid] = place;
}

std::string Resctrl::TasksOf(const std::string& group, const std::string& monitoring) {
  const auto reader = Caller();
  std::string text;
  for (const Process& process : AllProcesses(false)) {
    const Place& place = PlaceOf(process);
    if (place.group != group || (!monitoring.empty() && place.monitoring != monitoring)) continue;
    const pid_t number = reader ? NumberFor(*reader, process) : 0;
    if (number > 0) text += std::to_string(number) + "\n";
  }
  return text;
}

int Resctrl::Move(const std::string& text, const std::string& group,
                  const std::string& monitoring) {
  const auto writer = Caller();
  char* end = nullptr;
  const long wanted = strtol(text.c_str(), &end, 10);
  if (!writer || end == text.c_str() || *end != '\n') return Refuse(EINVAL, "no number");
  const std::vector<Process> processes = AllProcesses(true);
  // The children that there are already do not move with their parent.
  for (const Process& process : processes) PlaceOf(process);
  for (const Process& process : processes) {
    if (wanted == 0 ? process.pid != writer->pid : NumberFor(*writer, process) != wanted) continue;
    Place& place = PlaceOf(process);
    if (!monitoring.empty() && place.group != group)
      return Refuse(EINVAL, "the process stands in another group");
    place.group = group;
    place.monitoring = monitoring;
    return 0;
  }
  return Refuse(ESRCH, "no such process");
}

int Resctrl::ChangeSchemata(const std::string& group, const std::string& text) {
  std::string why_not = Change(groups_[group].schemata, text);
  return why_not.empty() ? 0 : Refuse(EINVAL, why_not);
}

size_t Resctrl::Monitors() const {
  size_t count = groups_.size();
  for (const auto& group : groups_) count += group.second.monitoring.size();
  return count;
}

int Resctrl::MakeDirectory(const std::string& path) {
  status_ = "ok";
  const size_t slash = path.rfind('/');
  const std::string name = path.substr(slash + 1);
  const std::string parent = path.substr(0, slash);
  if (parent.empty()) {
    if (groups_.size() == kClasses) return Refuse(ENOSPC, "out of classes");
    if (Monitors() == kMonitors) return Refuse(ENOSPC, "out of monitors");
    groups_[name] = {};
    return 0;
  }
  constexpr std::string_view kMonitoring = "/mon_groups";
  if (!parent.ends_with(kMonitoring)) return Refuse(EPERM, "no group can be made here");
  const std::string above = parent.substr(0, parent.size() - kMonitoring.size());
  const auto group = groups_.find(above.empty() ? "" : above.substr(1));
  if (group == groups_.end()) return Refuse(EPERM, "no group can be made here");
  if (Monitors() == kMonitors) return Refuse(ENOSPC, "out of monitors");
  group->second.monitoring.insert(name);
  return 0;
}

int Resctrl::RemoveDirectory(const std::string& path) {
  status_ = "ok";
  const Tree tree = All();
  const auto found = tree.find(path);
  if (found == tree.end()) return -ENOENT;
  const std::string group = found->second.group;
  const std::string monitoring = found->second.monitoring;
  if (group.empty() && monitoring.empty()) return Refuse(EPERM, "this is no group");
  for (auto& [pid, place] : places_) {
    if (place.group != group || (!monitoring.empty() && place.monitoring != monitoring)) continue;
    place.monitoring.clear();
    if (monitoring.empty()) place.group.clear();
  }
  if (monitoring.empty()) {
    groups_.erase(group);
  } else {
    groups_[group].monitoring.erase(monitoring);
  }
  return 0;
}

Resctrl& TheResctrl() {
  static Resctrl resctrl;
  return resctrl;
}

// What the kernel asks.

void* Begin(fuse_conn_info*, fuse_config* config) {
  config->direct_io = 1;  // what a file holds is new each time, and its size not known before
  config->entry_timeout = 0;
  config->attr_timeout = 0;
  return nullptr;
}

int Stat(const char* path, struct stat* status, fuse_file_info*) {
  const Tree tree = TheResctrl().All();
  const auto found = tree.find(path);
  if (found == tree.end()) return -ENOENT;
  *status = {};
  status->st_mode = S_IFDIR | 0755;
  if (found->second.text) status->st_mode = S_IFREG | (found->second.write ? 0644 : 0444);
  status->st_nlink = 1;
  return 0;
}

int List(const char* path, void* buffer, fuse_fill_dir_t fill, off_t, fuse_file_info*,
         fuse_readdir_flags) {
  const std::string directory = Below(path, "");
  for (const auto& entry : TheResctrl().All()) {
    const std::string& inner = entry.first;
    if (!inner.starts_with(directory) || inner == directory) continue;
    const std::string name = inner.substr(directory.size());
    if (name.find('/') == std::string::npos)
      fill(buffer, name.c_str(), nullptr, 0, fuse_fill_dir_flags{});
  }
  return 0;
}

int Read(const char* path, char* buffer, size_t size, off_t offset, fuse_file_info*) {
  const Tree tree = TheResctrl().All();
  const auto found = tree.find(path);
  if (found == tree.end() || !found->second.text) return -ENOENT;
  const std::string text = found->second.text();
  const auto begin = static_cast<size_t>(offset);
  if (begin >= text.size()) return 0;
  return static_cast<int>(text.copy(buffer, size, begin));
}

// Each write is one command, wherever in the file it says it is.
int Write(const char* path, const char* buffer, size_t size, off_t, fuse_file_info*) {
  const Tree tree = TheResctrl().All();
  const auto found = tree.find(path);
  if (found == tree.end()) return -ENOENT;
  if (!found->second.write) return -EINVAL;
  const int answer = found->second.write(std::string(buffer, size));
  return answer < 0 ? answer : static_cast<int>(size);
}

int Truncate(const char*, off_t, fuse_file_info*) { return 0; }
int Make(const char* path, mode_t) { return TheResctrl().MakeDirectory(path); }
int Remove(const char* path) { return TheResctrl().RemoveDirectory(path); }

int Serve(char* program, char* directory) {
  fuse_operations operations{};
  operations.init = Begin;
  operations.getattr = Stat;
  operations.readdir = List;
  operations.read = Read;
  operations.write = Write;
  operations.truncate = Truncate;
  operations.mkdir = Make;
  operations.rmdir = Remove;
  char foreground[] = "-f";
  char one_thread[] = "-s";
  char options[] = "-osubtype=resctrl,fsname=resctrl,allow_other,default_permissions";
  char* arguments[] = {program, foreground, one_thread, options, directory, nullptr};
  return fuse_main(5, arguments, &operations, nullptr);
}

}  // namespace
}  // namespace loadline::stand_ins

int main(int count, char** arguments) {
  if (count == 2) return loadline::stand_ins::Serve(arguments[0], arguments[1]);
  fprintf(stderr, "resctrl-stand-in DIRECTORY: mounts a filesystem like resctrl there\n");
  return 2;
}
