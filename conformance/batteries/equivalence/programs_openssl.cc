// SPDX-License-Identifier: Apache-2.0
// What of openssl gives the same each time: no random keys are shown, only what is done with them.
#include "conformance/batteries/equivalence/programs.h"

namespace loadline::conformance::equivalence {
namespace {

constexpr Program kPrograms[] = {
    {"digests-of-input",
     "cat >a; for d in sha256 sha512 sha3-256 blake2b512; do openssl dgst -$d a; done",
     "some text"},
    {"message-codes", "openssl dgst -sha256 -hmac key", "some text"},
    {"base64", "openssl base64 | tee coded | openssl base64 -d; cat coded", "some text"},
    {"ciphers",
     "cat >a; for c in aes-128-cbc aes-128-ctr camellia-128-cbc; do openssl enc -$c -K "
     "00112233445566778899aabbccddeeff "
     "-iv 0102030405060708090a0b0c0d0e0f10 <a | openssl base64; done",
     "some text"},
    {"encrypt-and-back",
     "cat >a; openssl enc -aes-256-cbc -pbkdf2 -S 0102030405060708 -pass pass:x -in a -out b; "
     "openssl enc -d -aes-256-cbc -pbkdf2 -S 0102030405060708 -pass pass:x -in b; wc -c <b; rm b",
     "some text"},
    {"wrong-password",
     "echo text | openssl enc -aes-256-cbc -pbkdf2 -S 0102030405060708 -pass pass:x -out b; "
     "openssl enc -d -aes-256-cbc -pbkdf2 -S 0102030405060708 -pass pass:y -in b >/dev/null 2>&1; "
     "echo $?"},
    {"sign-and-verify",
     "cat >a; openssl genpkey -algorithm ed25519 -out key; stat -c %a key; "
     "openssl pkey -in key -pubout -out public; openssl pkeyutl -sign -inkey key -rawin -in a -out "
     "s; "
     "openssl pkeyutl -verify -pubin -inkey public -rawin -in a -sigfile s; echo more >>a; "
     "openssl pkeyutl -verify -pubin -inkey public -rawin -in a -sigfile s; echo $?; rm key public "
     "s",
     "some text"},
    {"certificate",
     "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=there -days 2 -keyout key -out "
     "certificate "
     "2>/dev/null; openssl x509 -in certificate -noout -subject -issuer; "
     "openssl verify -CAfile certificate certificate; rm key certificate"},
    {"random", "openssl rand -hex 16 | wc -c; openssl rand 100000 | wc -c"},
    {"primes", "openssl prime 65537 65539; openssl prime -hex ffffffffffffffc5"},
    {"parse", "printf '\\060\\003\\002\\001\\005' | openssl asn1parse -inform DER"},
    {"connection",
     "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=there -days 2 -keyout key -out c "
     "2>/dev/null; "
     "openssl s_server -accept 127.0.0.1:4712 -key key -cert c -naccept 1 -quiet -www >/dev/null "
     "2>&1 "
     "& i=0; until printf 'GET / HTTP/1.0\\r\\n\\r\\n' | openssl s_client -connect 127.0.0.1:4712 "
     "-CAfile c "
     "-verify_return_error -quiet >got 2>/dev/null || [ $i -gt 200 ]; do i=$((i + 1)); "
     "done; wait; "
     "head -n 1 got; rm key c got"},
};

}  // namespace

std::span<const Program> OpensslPrograms() { return kPrograms; }

}  // namespace loadline::conformance::equivalence
