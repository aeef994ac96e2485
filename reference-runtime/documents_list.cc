// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "reference-runtime/documents.h"
#include "reference-runtime/users.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::ordered_json;
using Row = std::array<std::string, 6>;

Users UsersOfThisHost() {
  const auto root = Open("/", O_PATH | O_DIRECTORY);
  if (root.has_value()) {
    if (auto users = Users::Read(root->get()); users.has_value()) return *users;
  }
  return Users("", "");
}

// Whose the container's directory is: a name, or # and the number.
std::string OwnerOf(const std::string& directory, const Users& users) {
  struct stat info {};
  if (stat(directory.c_str(), &info) != 0) return "";
  const auto account = users.ById(info.st_uid);
  return account ? account->name : "#" + std::to_string(info.st_uid);
}

pid_t ShownPid(const Container& container, const std::string& status) {
  return status == "stopped" ? 0 : container.pid;
}

}  // namespace

std::string ListDocument(const std::string& root, const std::vector<Container>& containers) {
  const Users users = UsersOfThisHost();
  Json list = Json::array();
  for (const Container& container : containers) {
    const std::string status = StatusOf(container).value_or("unknown");
    Json entry = Json::parse(StateDocument(container, status));
    entry["pid"] = ShownPid(container, status);
    entry["rootfs"] = container.rootfs;
    entry["created"] = container.created;
    entry["owner"] = OwnerOf(root + "/" + container.id, users);
    list.push_back(std::move(entry));
  }
  return list.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string ListTable(const std::string& root, const std::vector<Container>& containers) {
  const Users users = UsersOfThisHost();
  std::vector<Row> rows{{"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"}};
  for (const Container& container : containers) {
    const std::string status = StatusOf(container).value_or("unknown");
    rows.push_back({container.id, std::to_string(ShownPid(container, status)), status,
                    container.bundle, container.created,
                    OwnerOf(root + "/" + container.id, users)});
  }
  // As wide as the widest, and at least twelve: scripts cut the columns of runc's table.
  Row::size_type widths[std::tuple_size_v<Row>] = {};
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max({widths[i], row[i].size() + 3, size_t{12}});
  }
  std::string text;
  for (const Row& row : rows) {
    for (size_t i = 0; i + 1 < row.size(); ++i)
      text += row[i] + std::string(widths[i] - row[i].size(), ' ');
    text += row.back() + "\n";
  }
  return text;
}

}  // namespace loadline::runtime
