// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/users.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/files.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

constexpr size_t kCap = size_t{4} << 20;

std::optional<uint32_t> Id(const std::string& text) {
  uint32_t id = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), id);
  // The last number is nobody's id.
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() ||
      id == UINT32_MAX)
    return std::nullopt;
  return id;
}

std::optional<Account> ReadAccount(const std::string& line) {
  const auto fields = SplitText(line, ':');
  if (fields.size() < 6) return std::nullopt;
  const auto uid = Id(fields[2]);
  const auto gid = Id(fields[3]);
  if (!uid || !gid) return std::nullopt;
  return Account{fields[0], *uid, *gid, fields[5]};
}

template <class Wanted>
std::optional<Account> FindAccount(const std::string& passwd, Wanted wanted) {
  for (const std::string& line : SplitText(passwd, '\n')) {
    const auto account = ReadAccount(line);
    if (account && wanted(*account)) return account;
  }
  return std::nullopt;
}

// A device or a pipe would do something when it is opened, so the file is looked at first.
Result<std::string> ReadBelow(int root, const std::string& path) {
  auto file = OpenInRoot(root, path, O_PATH);
  if (!file.has_value()) {
    if (file.error().number == ENOENT || file.error().number == ENOTDIR) return std::string();
    return std::move(file).error();
  }
  struct stat info {};
  if (fstat(file->get(), &info) != 0) return CallError("fstat", path);
  if (!S_ISREG(info.st_mode))
    return Failure("/" + path + " of the container is not a regular file",
                   "give ids in place of names");
  // Of the file that was looked at; without a /proc, in a container, by its path again.
  auto readable = Open(ProcPath(file->get()), O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!readable.has_value()) readable = OpenInRoot(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!readable.has_value()) return std::move(readable).error();
  return ReadFd(readable->get(), kCap);
}

Error Unknown(const std::string& what, const std::string& name, const char* file) {
  return Failure("the " + what + " \"" + name + "\" is not in " + file + " of the container",
                 "give a number");
}

}  // namespace

Result<Users> Users::Read(int root) {
  ASSIGN_OR_RETURN(Users users, ReadAccounts(root));
  ASSIGN_OR_RETURN(users.group_, ReadBelow(root, "etc/group"));
  return users;
}

Result<Users> Users::ReadAccounts(int root) {
  ASSIGN_OR_RETURN(std::string passwd, ReadBelow(root, "etc/passwd"));
  return Users(std::move(passwd), "");
}

std::optional<Account> Users::ByName(const std::string& name) const {
  return FindAccount(passwd_, [&](const Account& account) { return account.name == name; });
}

std::optional<Account> Users::ById(uid_t uid) const {
  return FindAccount(passwd_, [&](const Account& account) { return account.uid == uid; });
}

std::optional<gid_t> Users::Group(const std::string& name) const {
  for (const std::string& line : SplitText(group_, '\n')) {
    const auto fields = SplitText(line, ':');
    if (fields.size() >= 3 && fields[0] == name) return Id(fields[2]);
  }
  return std::nullopt;
}

std::vector<gid_t> Users::GroupsOf(const std::string& name) const {
  std::vector<gid_t> groups;
  for (const std::string& line : SplitText(group_, '\n')) {
    const auto fields = SplitText(line, ':');
    if (fields.size() < 4) continue;
    const auto members = SplitText(fields[3], ',');
    const auto gid = Id(fields[2]);
    if (gid && std::find(members.begin(), members.end(), name) != members.end())
      groups.push_back(*gid);
  }
  return groups;
}

bool HasNames(const std::string& text) {
  for (const std::string& part : SplitText(text, ':')) {
    if (!Id(part)) return true;
  }
  return false;
}

Result<void> ChooseUser(const std::string& text, const Users& users, UserSpec& user) {
  const size_t colon = text.find(':');
  const std::string name = text.substr(0, colon);
  if (const auto uid = Id(name)) {
    user.uid = *uid;
  } else {
    const auto account = users.ByName(name);
    if (!account) return Unknown("user", name, "/etc/passwd");
    user.uid = account->uid;
    user.gid = account->gid;
    user.additional_gids = colon == std::string::npos ? users.GroupsOf(name) : std::vector<gid_t>();
  }
  if (colon == std::string::npos) return {};
  const std::string group = text.substr(colon + 1);
  const auto gid = Id(group) ? Id(group) : users.Group(group);
  if (!gid) return Unknown("group", group, "/etc/group");
  user.gid = *gid;
  return {};
}

}  // namespace loadline::runtime
