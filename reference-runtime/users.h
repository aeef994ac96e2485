// SPDX-License-Identifier: Apache-2.0
// The users and groups of a container: what /etc/passwd and /etc/group below its root say.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "reference-runtime/config.h"

namespace loadline::runtime {

struct Account {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::string home;
};

class Users {
 public:
  // From the texts of the two files. Lines that are malformed are nobody's.
  Users(std::string passwd, std::string group)
      : passwd_(std::move(passwd)), group_(std::move(group)) {}
  // From the files below a root (O_PATH); one that is missing is empty. The image is not trusted:
  // what is no regular file is an error, and nothing but one is opened.
  static Result<Users> Read(int root);
  // The same without the groups.
  static Result<Users> ReadAccounts(int root);

  std::optional<Account> ByName(const std::string& name) const;
  std::optional<Account> ById(uid_t uid) const;
  std::optional<gid_t> Group(const std::string& name) const;
  // The groups that list this user.
  std::vector<gid_t> GroupsOf(const std::string& name) const;

 private:
  std::string passwd_;
  std::string group_;
};

// Whether USER[:GROUP] names anything that has to be looked up.
bool HasNames(const std::string& text);
// USER[:GROUP], each a name or a number. A number changes that id alone, as runc has it; a user's
// name brings the group and the further groups that the files give it, and with a group that group
// alone.
Result<void> ChooseUser(const std::string& text, const Users& users, UserSpec& user);

}  // namespace loadline::runtime
