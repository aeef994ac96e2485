// SPDX-License-Identifier: Apache-2.0
#include "schema/files.h"

namespace loadline::embedded {
std::span<const EmbeddedFile> schema_files();
}

namespace loadline::schema {

std::span<const EmbeddedFile> SchemaFiles() { return embedded::schema_files(); }

std::optional<std::string_view> SchemaFile(std::string_view path) {
  for (const EmbeddedFile& file : SchemaFiles()) {
    if (file.path == path) return file.content;
  }
  return std::nullopt;
}

}  // namespace loadline::schema
