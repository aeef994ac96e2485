// SPDX-License-Identifier: Apache-2.0
#include "validator/names/grammar.h"

#include <nlohmann/json.hpp>

#include "validator/names/annotation_keys.h"
#include "validator/names/kernel_names.h"
#include "validator/names/quantity.h"

namespace loadline::validator {
namespace {

struct Names {
  const char* grammar;
  std::vector<std::string> good, bad;
};

const Names kNames[] = {
    {"ac-identifier",
     {"a", "example.com/reduce-worker", "a-b_c.d~e/f", "0"},
     {"", "A", "a--b", "a//b", "/a", "a/", "a.-b", "a b", "-a"}},
    {"ac-name", {"a", "reduce-worker", "a-b-0"}, {"", "a.b", "a--b", "-a", "a-", "A", "a/b"}},
    {"digest",
     {"sha256:a", "multihash+base58:QmRZ", "sha256+b64u:LCa0a2j_xo=", "a.b_c-d:x"},
     {"", ":", "sha256", "sha256:", "SHA256:a", "sha256:a/b", "+a:b", "a++b:c"}},
    {"image-id", {"sha512-" + std::string(128, 'a')}, {"sha512-ab", "sha256-a", "sha512-"}},
    {"media-type",
     {"a/b", "application/vnd.oci.image.config.v1+json"},
     {"a", "a/", "a/b/c", "a b/c"}},
    {"ref-name",
     {"v1", "docker.io/team/app:1.2", "a--b", "a@b", "a+b"},
     {"", "-a", "a-", "a---b", "a b", "/a", "a//b"}},
    {"reference",
     {"app", "team/app", "app:1", "localhost:5000/app", "[::1]:5000/a/b:c",
      "a.b/c@sha256:" + std::string(64, 'a')},
     {"", "Team/App:", "app:", "a b", "app@sha256", "-a/b:c!"}},
    {"repository", {"a", "a/b", "a__b", "a--b", "a.b"}, {"", "A", "a/", "a___b", "a..b"}},
    {"signal", {"SIGKILL", "SIGRTMIN+3", "9"}, {"", "KILL", "SIG", "sigkill"}},
    {"spdx-expression",
     {"MIT", "Apache-2.0 OR MIT", "(A AND B) OR C+ WITH D"},
     {"", "MIT, BSD", "MIT and BSD", "A OR"}},
    {"tag",
     {"1", "_a", "A.b-c", std::string(128, 'a')},
     {"", ".a", "-a", "a/b", std::string(129, 'a')}},
    {"timestamp",
     {"2026-01-31T12:00:00Z", "2026-01-31t12:00:00.123456+01:00", "2016-12-31T23:59:60z"},
     {"", "2026-01-31", "2026-13-01T00:00:00Z", "2026-01-31 12:00:00Z", "2026-01-31T24:00:00Z"}},
    {"uri",
     {"https://a/b?c#d", "urn:x", "http://[::1]/%20"},
     {"", "a", "http://a b", "://a", "http://%2"}},
};

TEST(Grammars, TakeWhatFollowsThemAndNothingElse) {
  for (const Names& names : kNames) {
    for (const std::string& good : names.good)
      EXPECT_TRUE(Follows(names.grammar, good)) << names.grammar << " " << good;
    for (const std::string& bad : names.bad)
      EXPECT_FALSE(Follows(names.grammar, bad)) << names.grammar << " " << bad;
  }
}

TEST(Grammars, EachHasNames) {
  std::set<std::string_view> tested;
  for (const Names& names : kNames) tested.insert(names.grammar);
  for (const Grammar& grammar : Grammars())
    EXPECT_TRUE(tested.contains(grammar.name)) << grammar.name;
}

TEST(Grammars, LongNamesStayCheap) {
  const std::string text(1'000'000, 'a');
  EXPECT_TRUE(Follows("ac-identifier", text));
  EXPECT_FALSE(Follows("repository", text)) << "registries allow 255 characters";
  EXPECT_NE(WrongInDigest("sha256:" + text), "");
}

TEST(Digests, KnowTheFormOfTheirAlgorithm) {
  EXPECT_EQ(WrongInDigest("sha256:" + std::string(64, 'a')), "");
  EXPECT_EQ(WrongInDigest("sha512:" + std::string(128, '0')), "");
  EXPECT_EQ(WrongInDigest("blake3:" + std::string(64, 'f')), "");
  EXPECT_EQ(WrongInDigest("unknown:anything"), "") << "unknown algorithms are fine";
  EXPECT_NE(WrongInDigest("sha256:" + std::string(64, 'A')), "");
  EXPECT_NE(WrongInDigest("sha256:" + std::string(63, 'a')), "");
  EXPECT_NE(WrongInDigest("sha512:" + std::string(64, 'a')), "");
}

TEST(Base64, IsThatOfRfc4648) {
  EXPECT_EQ(DecodeBase64(""), "");
  EXPECT_EQ(DecodeBase64("Zg=="), "f");
  EXPECT_EQ(DecodeBase64("Zm8="), "fo");
  EXPECT_EQ(DecodeBase64("Zm9v"), "foo");
  EXPECT_EQ(DecodeBase64("Zm9vYmFy"), "foobar");
  for (const char* bad : {"Z", "Zg", "Zg=", "Z===", "Zm9v\n", "Zm-_"})
    EXPECT_EQ(DecodeBase64(bad), std::nullopt) << bad;
}

TEST(Quantities, HaveSuffixesOfTheText) {
  EXPECT_EQ(ReadQuantity("2K"), 2000);
  EXPECT_EQ(ReadQuantity("1.5Ki"), 1536);
  EXPECT_LT(ReadQuantity("300m"), ReadQuantity("0.31"));
  EXPECT_EQ(ReadQuantity(7), 7);
  for (const char* bad : {"", "k", "2k", "1e3", "-1", "1 K", "1Kib", "."})
    EXPECT_EQ(ReadQuantity(bad), std::nullopt) << bad;
  EXPECT_EQ(ReadQuantity(-1), std::nullopt);
  EXPECT_EQ(ReadQuantity(nullptr), std::nullopt);
}

TEST(KernelNames, AreThoseOfTheKernel) {
  EXPECT_TRUE(IsCapability("CAP_CHECKPOINT_RESTORE"));
  EXPECT_FALSE(IsCapability("CAP_ADMIN"));
  EXPECT_TRUE(IsErrno("EWOULDBLOCK"));
  EXPECT_FALSE(IsErrno("EACCESS"));
  EXPECT_TRUE(IsSystemCall("openat2"));
  EXPECT_FALSE(IsSystemCall("raed"));
}

TEST(AnnotationKeys, KnowWhoseTheyAre) {
  EXPECT_TRUE(IsReservedKey("org.opencontainers.image.title"));
  EXPECT_FALSE(IsReservedKey("org.opencontainersx"));
  EXPECT_TRUE(IsImageKey("org.opencontainers.image.exposedPorts"));
  EXPECT_FALSE(IsImageKey("org.opencontainers.image.mine"));
}

}  // namespace
}  // namespace loadline::validator
