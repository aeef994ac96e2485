// SPDX-License-Identifier: Apache-2.0
// Shared memory, semaphores, message queues and futexes.
#include <linux/futex.h>
#include <mqueue.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#include <cstring>

#include "conformance/probe/behaviours/outcome.h"

namespace loadline::probe {
namespace {

struct Message {
  long type = 0;
  char text[8] = {};
};

// Objects of System V outlive their makers, so each is marked as removed at once.
int NewShared() {
  const int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
  return id;
}

const Behaviour kBehaviours[] = {
    {"shared-segment",
     [] {
       const int id = NewShared();
       void* memory = shmat(id, nullptr, 0);
       shmctl(id, IPC_RMID, nullptr);
       if (memory == reinterpret_cast<void*>(-1)) return ErrnoName(errno);
       EndOfChild([memory] { *static_cast<char*>(memory) = 'c'; });
       return std::string(1, *static_cast<char*>(memory));
     }},
    {"segment-too-small", [] { return Outcome(shmget(IPC_PRIVATE, 0, IPC_CREAT | 0600)); }},
    {"segment-missing", [] { return Outcome(shmget(0x10ad, 4096, 0)); }},
    {"segment-removed",
     [] {
       const int id = NewShared();
       shmctl(id, IPC_RMID, nullptr);
       return shmat(id, nullptr, 0) == reinterpret_cast<void*>(-1) ? ErrnoName(errno) : "ok";
     }},
    {"semaphore-would-block",
     [] {
       const int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
       sembuf take{0, -1, IPC_NOWAIT};
       const std::string answer = Outcome(semop(id, &take, 1));
       semctl(id, 0, IPC_RMID);
       return answer;
     }},
    {"semaphore-counts",
     [] {
       const int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
       sembuf give{0, 3, 0};
       semop(id, &give, 1);
       const std::string answer = Value(semctl(id, 0, GETVAL));
       semctl(id, 0, IPC_RMID);
       return answer;
     }},
    {"message-by-type",
     [] {
       const int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
       for (const long type : {1L, 2L}) {
         Message message{type, {}};
         std::snprintf(message.text, sizeof message.text, "%ld", type);
         msgsnd(id, &message, sizeof message.text, 0);
       }
       Message received{};
       const ssize_t count = msgrcv(id, &received, sizeof received.text, 2, IPC_NOWAIT);
       msgctl(id, IPC_RMID, nullptr);
       return All({Value(count), received.text});
     }},
    {"message-none",
     [] {
       const int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
       Message received{};
       const std::string answer = Value(msgrcv(id, &received, sizeof received.text, 0, IPC_NOWAIT));
       msgctl(id, IPC_RMID, nullptr);
       return answer;
     }},
    {"message-too-long",
     [] {
       const int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
       Message message{1, "abc"};
       msgsnd(id, &message, 4, 0);
       const std::string answer = Value(msgrcv(id, &message, 1, 0, IPC_NOWAIT));
       msgctl(id, IPC_RMID, nullptr);
       return answer;
     }},
    {"posix-queue-by-priority",
     [] {
       mq_attr attributes{};
       attributes.mq_maxmsg = 4;
       attributes.mq_msgsize = 16;
       const mqd_t queue = mq_open("/loadline", O_RDWR | O_CREAT | O_NONBLOCK, 0600, &attributes);
       mq_unlink("/loadline");
       if (queue < 0) return ErrnoName(errno);
       mq_send(queue, "low", 3, 1);
       mq_send(queue, "high", 4, 9);
       char text[17] = {};
       return All({Value(mq_receive(queue, text, 16, nullptr)), text});
     }},
    {"posix-queue-full",
     [] {
       mq_attr attributes{};
       attributes.mq_maxmsg = 1;
       attributes.mq_msgsize = 16;
       const mqd_t queue =
           mq_open("/loadline-full", O_RDWR | O_CREAT | O_NONBLOCK, 0600, &attributes);
       mq_unlink("/loadline-full");
       mq_send(queue, "a", 1, 0);
       return Outcome(mq_send(queue, "b", 1, 0));
     }},
    {"posix-queue-missing", [] { return Outcome(mq_open("/loadline-missing", O_RDONLY)); }},
    {"posix-shared-memory",
     [] {
       const int fd = shm_open("/loadline-shared", O_RDWR | O_CREAT | O_EXCL, 0600);
       shm_unlink("/loadline-shared");
       return All({Outcome(fd), Outcome(ftruncate(fd, 4096))});
     }},
    {"futex-value-changed",
     [] {
       int word = 1;
       return Outcome(syscall(SYS_futex, &word, FUTEX_WAIT, 2, nullptr, nullptr, 0));
     }},
    {"futex-times-out",
     [] {
       int word = 1;
       const timespec brief{0, 1000000};
       return Outcome(syscall(SYS_futex, &word, FUTEX_WAIT, 1, &brief, nullptr, 0));
     }},
    {"futex-wakes-nobody",
     [] {
       int word = 1;
       return Value(syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0));
     }},
    {"futex-wakes-another-process",
     [] {
       int* word = static_cast<int*>(
           mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
       const pid_t pid = fork();
       if (pid == 0)
         _exit(syscall(SYS_futex, word, FUTEX_WAIT, 0, nullptr, nullptr, 0) == 0 || errno == EAGAIN
                   ? 7
                   : 1);
       while (syscall(SYS_futex, word, FUTEX_WAKE, 1, nullptr, nullptr, 0) == 0) sched_yield();
       int status = 0;
       waitpid(pid, &status, 0);
       return std::to_string(WEXITSTATUS(status));
     }},
};

}  // namespace

BehaviourArea InterprocessBehaviours() {
  return {"interprocess",
          "shared memory, semaphores, message queues and futexes",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
