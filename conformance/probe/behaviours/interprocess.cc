// SPDX-License-Identifier: Apache-2.0
// Shared memory, semaphores, message queues and futexes.
#include <linux/futex.h>
#include <mqueue.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#include <array>
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
    {"semaphore-is-undone",
     [] {
       const int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
       EndOfChild([id] {
         sembuf give{0, 5, SEM_UNDO};
         semop(id, &give, 1);
       });
       const std::string answer = Value(semctl(id, 0, GETVAL));
       semctl(id, 0, IPC_RMID);
       return answer;
     }},
    {"semaphores-all-or-none",
     [] {
       const int id = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);
       std::array<sembuf, 2> both{sembuf{0, 1, IPC_NOWAIT}, sembuf{1, -1, IPC_NOWAIT}};
       const std::string done = Outcome(semop(id, both.data(), both.size()));
       const std::string answer = All({done, Value(semctl(id, 0, GETVAL))});
       semctl(id, 0, IPC_RMID);
       return answer;
     }},
    {"semaphore-that-is-not-there",
     [] {
       const int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
       sembuf beyond{7, 1, 0};
       sembuf large{0, 32767, 0};
       const std::string answer =
           All({Outcome(semop(id, &beyond, 1)), Outcome(semop(id, &large, 1)),
                Outcome(semop(id, &large, 1))});
       semctl(id, 0, IPC_RMID);
       return answer;
     }},
    {"semaphore-goes-while-one-waits",
     [] {
       const int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
       const pid_t pid = fork();
       if (pid == 0) {
         sembuf take{0, -1, 0};
         _exit(semop(id, &take, 1) < 0 ? errno : 0);
       }
       while (semctl(id, 0, GETNCNT) == 0) sched_yield();
       semctl(id, 0, IPC_RMID);
       int status = 0;
       waitpid(pid, &status, 0);
       return ErrnoName(WEXITSTATUS(status));
     }},
    {"segment-for-reading",
     [] {
       const int id = NewShared();
       char* memory = static_cast<char*>(shmat(id, nullptr, SHM_RDONLY));
       shmctl(id, IPC_RMID, nullptr);
       return EndOfChild([memory] { *static_cast<volatile char*>(memory) = 1; });
     }},
    {"segment-counts-its-users",
     [] {
       const int id = NewShared();
       void* memory = shmat(id, nullptr, 0);
       shmid_ds one{};
       shmid_ds none{};
       shmctl(id, IPC_STAT, &one);
       const std::string detached = Outcome(shmdt(memory));
       shmctl(id, IPC_STAT, &none);
       shmctl(id, IPC_RMID, nullptr);
       return All({std::to_string(one.shm_nattch), detached, std::to_string(none.shm_nattch),
                   Outcome(shmdt(memory))});
     }},
    {"key-is-taken",
     [] {
       const int id = shmget(0x10ad11e, 4096, IPC_CREAT | IPC_EXCL | 0600);
       const std::string again = Outcome(shmget(0x10ad11e, 4096, IPC_CREAT | IPC_EXCL | 0600));
       const std::string larger = Outcome(shmget(0x10ad11e, 8192, 0600));
       shmctl(id, IPC_RMID, nullptr);
       return All({again, larger, Outcome(shmget(0x10ad11e, 4096, 0))});
     }},
    {"message-queue-is-full",
     [] {
       const int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
       Message message{1, "abc"};
       while (msgsnd(id, &message, sizeof message.text, IPC_NOWAIT) == 0) {
       }
       const std::string answer = ErrnoName(errno);
       msgctl(id, IPC_RMID, nullptr);
       return answer;
     }},
    {"message-of-the-lowest-type",
     [] {
       const int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
       for (const long type : {5L, 2L, 3L}) {
         Message message{type, {}};
         msgsnd(id, &message, sizeof message.text, 0);
       }
       Message lowest{};
       Message other{};
       msgrcv(id, &lowest, sizeof lowest.text, -4, IPC_NOWAIT);
       msgrcv(id, &other, sizeof other.text, 5, IPC_NOWAIT | MSG_EXCEPT);
       msgctl(id, IPC_RMID, nullptr);
       return All({std::to_string(lowest.type), std::to_string(other.type)});
     }},
    {"message-of-no-type",
     [] {
       const int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
       Message message{0, "abc"};
       const std::string answer = Outcome(msgsnd(id, &message, 3, IPC_NOWAIT));
       msgctl(id, IPC_RMID, nullptr);
       return answer;
     }},
    {"posix-queue-sends-a-signal",
     [] {
       mq_attr attributes{};
       attributes.mq_maxmsg = 2;
       attributes.mq_msgsize = 16;
       const mqd_t queue = mq_open("/loadline-told", O_RDWR | O_CREAT, 0600, &attributes);
       mq_unlink("/loadline-told");
       if (queue < 0) return ErrnoName(errno);
       sigset_t set;
       sigemptyset(&set);
       sigaddset(&set, SIGUSR1);
       sigprocmask(SIG_BLOCK, &set, nullptr);
       sigevent event{};
       event.sigev_notify = SIGEV_SIGNAL;
       event.sigev_signo = SIGUSR1;
       const std::string done =
           All({Outcome(mq_notify(queue, &event)), Outcome(mq_notify(queue, &event))});
       mq_send(queue, "a", 1, 0);
       siginfo_t information{};
       const timespec patience{1, 0};
       sigtimedwait(&set, &information, &patience);
       return All({done, Flag(information.si_code == SI_MESGQ)});
     }},
    {"posix-queue-has-a-measure",
     [] {
       mq_attr attributes{};
       attributes.mq_maxmsg = 3;
       attributes.mq_msgsize = 16;
       const mqd_t queue = mq_open("/loadline-size", O_RDWR | O_CREAT, 0600, &attributes);
       mq_unlink("/loadline-size");
       if (queue < 0) return ErrnoName(errno);
       const std::string large(17, 'x');
       const std::string sent = All({Outcome(mq_send(queue, large.data(), large.size(), 0)),
                                     Outcome(mq_send(queue, large.data(), 16, 0))});
       char little[4];
       const std::string received = Value(mq_receive(queue, little, sizeof little, nullptr));
       mq_attr seen{};
       mq_getattr(queue, &seen);
       return All(
           {sent, received, std::to_string(seen.mq_maxmsg), std::to_string(seen.mq_curmsgs)});
     }},
    {"posix-queue-times-out",
     [] {
       mq_attr attributes{};
       attributes.mq_maxmsg = 1;
       attributes.mq_msgsize = 16;
       const mqd_t queue = mq_open("/loadline-late", O_RDWR | O_CREAT, 0600, &attributes);
       mq_unlink("/loadline-late");
       if (queue < 0) return ErrnoName(errno);
       char text[16];
       const timespec past{1, 0};
       return Value(mq_timedreceive(queue, text, sizeof text, nullptr, &past));
     }},
    {"futex-moves-nobody",
     [] {
       int one = 1;
       int two = 1;
       return All({Value(syscall(SYS_futex, &one, FUTEX_CMP_REQUEUE, 1, 1, &two, 1)),
                   Value(syscall(SYS_futex, &one, FUTEX_CMP_REQUEUE, 1, 1, &two, 2))});
     }},
    {"futex-for-no-bits",
     [] {
       int word = 1;
       return Outcome(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, 1, nullptr, nullptr, 0));
     }},
    {"futex-of-its-own-holder",
     [] {
       int word = 0;
       const auto lock = [&] {
         return Outcome(syscall(SYS_futex, &word, FUTEX_LOCK_PI, 0, nullptr, nullptr, 0));
       };
       const std::string first = lock();
       return All({first, lock(),
                   Outcome(syscall(SYS_futex, &word, FUTEX_UNLOCK_PI, 0, nullptr, nullptr, 0))});
     }},
    {"lock-of-a-process-that-died",
     [] {
       void* shared =
           mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
       auto* mutex = static_cast<pthread_mutex_t*>(shared);
       pthread_mutexattr_t attributes;
       pthread_mutexattr_init(&attributes);
       pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
       pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
       pthread_mutex_init(mutex, &attributes);
       EndOfChild([mutex] { pthread_mutex_lock(mutex); });
       return ErrnoName(pthread_mutex_lock(mutex));
     }},
};

}  // namespace

BehaviourArea InterprocessBehaviours() {
  return {"interprocess",
          "shared memory, semaphores, message queues and futexes",
          {std::begin(kBehaviours), std::end(kBehaviours)}};
}

}  // namespace loadline::probe
