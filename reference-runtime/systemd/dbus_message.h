// SPDX-License-Identifier: Apache-2.0
// Messages of D-Bus as far as systemd needs them (D-Bus Specification, "Message Protocol"), in the
// byte order of this machine. There is no static libsystemd, and libdbus proves itself by a number
// that means nothing inside a user namespace.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace loadline::runtime {

// Values put one behind the other, each at its alignment.
class DbusWriter {
 public:
  void Byte(uint8_t value) { bytes_ += static_cast<char>(value); }
  void Number32(uint32_t value);
  void Number64(uint64_t value);
  void Bool(bool value) { Number32(value ? 1 : 0); }
  void Text(std::string_view text);            // a string or an object path
  void Signature(std::string_view signature);  // of what follows, in a variant
  void Align(size_t boundary);
  // An array of what `elements` writes, whose type begins at multiples of `alignment`.
  void Array(size_t alignment, const std::function<void()>& elements);
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// The same read back. What does not fit is an error of the stream, after which all is empty.
class DbusReader {
 public:
  explicit DbusReader(std::string_view bytes) : bytes_(bytes) {}
  uint8_t Byte();
  uint32_t Number32();
  std::string Text();
  std::string Signature();
  void Align(size_t boundary);
  void Skip(size_t count);
  bool failed() const { return failed_; }
  bool AtEnd() const { return failed_ || at_ >= bytes_.size(); }
  size_t at() const { return at_; }

 private:
  bool Has(size_t count);
  std::string_view bytes_;
  size_t at_ = 0;
  bool failed_ = false;
};

enum class DbusType : uint8_t { kCall = 1, kReply = 2, kError = 3, kSignal = 4 };

// What is called, and with what.
struct DbusCall {
  std::string destination, path, interface, member;
  std::string signature;  // of the body
  std::string body;
};

struct DbusMessage {
  DbusType type = DbusType::kCall;
  uint32_t reply_to = 0;  // number of the call that is answered
  std::string path, interface, member, error, sender;
  std::string signature;
  std::string body;
};

// The call as it is sent. `serial` is its number, above zero.
std::string Encode(const DbusCall& call, uint32_t serial);
// Every message begins with so many bytes, which say how long it is.
inline constexpr size_t kDbusPrefix = 16;
// The length of a whole message, from its first bytes. An error when it is none, or too long.
Result<size_t> LengthOf(std::string_view prefix);
Result<DbusMessage> Decode(std::string_view bytes);

}  // namespace loadline::runtime
