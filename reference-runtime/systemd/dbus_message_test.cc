// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/systemd/dbus_message.h"

#include <gtest/gtest.h>

namespace loadline::runtime {
namespace {

DbusCall Hello() {
  return {"org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello", "", ""};
}

TEST(DbusMessage, SaysHelloAsTheSpecificationHasIt) {
  const std::string bytes = Encode(Hello(), 1);
  // Little-endian, a call, no flags, version 1; no body, number 1.
  EXPECT_EQ(bytes.substr(0, 12), std::string("l\1\0\1\0\0\0\0\1\0\0\0", 12));
  // The first field is the path, an object.
  EXPECT_EQ(bytes.substr(16, 8), std::string("\1\1o\0\25\0\0\0", 8));
  EXPECT_EQ(bytes.size() % 8, 0U);
}

TEST(DbusMessage, ReadsBackWhatItWrote) {
  DbusWriter body;
  body.Text("loadline.scope");
  body.Bool(true);
  DbusCall call = Hello();
  call.signature = "sb";
  call.body = body.bytes();
  const std::string bytes = Encode(call, 7);
  ASSERT_EQ(*LengthOf(bytes), bytes.size());
  const auto message = Decode(bytes);
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->type, DbusType::kCall);
  EXPECT_EQ(message->path, "/org/freedesktop/DBus");
  EXPECT_EQ(message->member, "Hello");
  EXPECT_EQ(message->signature, "sb");
  DbusReader reader(message->body);
  EXPECT_EQ(reader.Text(), "loadline.scope");
  EXPECT_EQ(reader.Number32(), 1U);
  EXPECT_TRUE(reader.AtEnd());
  EXPECT_FALSE(reader.failed());
}

TEST(DbusMessage, AnArrayCountsItsElementsWithoutThePaddingBeforeThem) {
  DbusWriter out;
  out.Array(8, [&] { out.Number64(5); });
  EXPECT_EQ(out.bytes(), std::string("\10\0\0\0\0\0\0\0\5\0\0\0\0\0\0\0", 16));
}

TEST(DbusMessage, IsNoMessageWhenItIsCutOffOrForeign) {
  const std::string bytes = Encode(Hello(), 1);
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(Decode(bytes.substr(0, size)).has_value()) << size;
  std::string foreign = bytes;
  foreign[0] = 'B';
  EXPECT_FALSE(Decode(foreign).has_value());
}

// A damaged message is refused or read as something else, and never read beyond its end.
TEST(DbusMessage, SurvivesEveryDamagedByte) {
  const std::string bytes = Encode(Hello(), 1);
  for (size_t at = 1; at < bytes.size(); ++at) {
    for (const int value : {0, 1, 127, 255}) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(value);
      const auto message = Decode(damaged);
      EXPECT_LE(message.has_value() ? message->path.size() : 0, bytes.size());
    }
  }
}

}  // namespace
}  // namespace loadline::runtime
