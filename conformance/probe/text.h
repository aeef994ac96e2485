// SPDX-License-Identifier: Apache-2.0
// Small pieces of text from /proc, and names of numbers.
#pragma once

#include <sys/stat.h>

#include <string>
#include <vector>

namespace loadline::probe {

// The file's content, empty when it cannot be read.
std::string ReadText(const std::string& path);
std::vector<std::string> Lines(const std::string& text);
std::vector<std::string> Words(const std::string& line);
// The rest of the line that begins with "key:", without leading white space.
std::string Field(const std::string& text, const std::string& key);
// "ok" for 0, otherwise "EPERM" and so on.
std::string ErrnoName(int number);
std::string Octal(unsigned mode);
// The device of the filesystem that a file lies on, such as "0:45".
std::string FilesystemOf(const struct stat& info);

}  // namespace loadline::probe
