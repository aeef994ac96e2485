// SPDX-License-Identifier: Apache-2.0
// Scripts for Python, which reaches far more of the system than it seems to. Each ends by itself,
// and prints nothing that another run would not.
#include "conformance/batteries/equivalence/programs.h"
#include "conformance/probe/behaviour.h"

namespace loadline::conformance::equivalence {
namespace {

constexpr Program kPrograms[] = {
    {"os-files", "", R"(
import os, stat
with open('a', 'w') as f: f.write('hello')
os.link('a', 'b'); os.symlink('a', 'c'); os.mkfifo('d'); os.makedirs('e/f'); os.chmod('a', 0o640)
for name in sorted(os.listdir('.')):
    s = os.lstat(name)
    print(name, stat.filemode(s.st_mode), s.st_nlink if name != 'e' else '-', s.st_uid, s.st_gid)
os.rename('a', 'z'); os.truncate('z', 2); print(open('b').read(), os.path.samefile('b', 'z'))
for act in (lambda: os.rmdir('e'), lambda: os.mkdir('e'), lambda: open('missing'), lambda: os.unlink('e')):
    try: act()
    except OSError as problem: print(type(problem).__name__, problem.errno)
print(os.getcwd(), os.access('z', os.X_OK), os.get_inheritable(0))
)"},
    {"os-process", "", R"(
import os, sys, resource
print(sys.platform, os.name, os.sysconf('SC_PAGE_SIZE'), os.cpu_count(), len(os.sched_getaffinity(0)))
print(os.getuid(), os.geteuid(), os.getgid(), oct(os.umask(0o22)))
print(sys.getfilesystemencoding(), os.fsencode('\u00e4'), os.environ.get('LC_ALL'), os.get_exec_path())
for name in ('AS', 'DATA', 'FSIZE', 'NOFILE', 'STACK'):
    print(name, resource.getrlimit(getattr(resource, 'RLIMIT_' + name)))
pid = os.fork()
if pid == 0: os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
print(os.getsid(0) > 0, os.getpgid(0) == os.getpid(), os.ctermid())
)"},
    {"os-descriptors", "", R"(
import os, fcntl, mmap
r, w = os.pipe2(os.O_NONBLOCK)
try: os.read(r, 1)
except BlockingIOError as problem: print(problem.errno)
os.write(w, b'abc'); print(os.read(r, 9), fcntl.fcntl(w, 1032))
fd = os.memfd_create('m'); os.write(fd, b'x' * 5000); print(os.fstat(fd).st_size, os.pread(fd, 3, 4998))
with mmap.mmap(fd, 0) as m:
    m[0:2] = b'yz'; print(m.find(b'z'), len(m), m[:3])
with open('from', 'wb') as f: f.write(b'y' * 200)
print(os.copy_file_range(os.open('from', os.O_RDONLY), os.open('copy', os.O_CREAT | os.O_RDWR), 100, 5))
e = os.eventfd(3) if hasattr(os, 'eventfd') else None
print(e is None or os.eventfd_read(e))
print(os.pathconf('.', 'PC_NAME_MAX'), os.statvfs('.').f_namemax)
)"},
    // The kernel's file systems in memory have had attributes of users since 6.6.
    {"os-attributes", "", R"(
import os
open('own', 'w').close()
os.setxattr('own', 'user.k', b'v'); print(os.listxattr('own'), os.getxattr('own', 'user.k'))
)",
     probe::kOfTheKernel},
    {"signal", "", R"(
import signal, os, time
seen = []
signal.signal(signal.SIGUSR1, lambda number, frame: seen.append(number))
signal.raise_signal(signal.SIGUSR1); os.kill(os.getpid(), signal.SIGUSR1); print(seen)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
os.kill(os.getpid(), signal.SIGUSR2); print(sorted(signal.sigpending()))
info = signal.sigwaitinfo([signal.SIGUSR2]); print(info.si_signo, info.si_code, info.si_uid)
print(signal.sigtimedwait([signal.SIGUSR2], 0.001))
signal.signal(signal.SIGALRM, lambda number, frame: seen.append(number))
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01); signal.pause()
signal.setitimer(signal.ITIMER_REAL, 0); print(seen[:3])
print(signal.getsignal(signal.SIGPIPE), signal.getsignal(signal.SIGINT).__name__, signal.strsignal(9))
print(signal.SIGRTMIN, signal.SIGRTMAX, len(signal.valid_signals()))
pid = os.fork()
if pid == 0: signal.pause()
os.kill(pid, signal.SIGKILL); print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
)"},
    {"socket-tcp", "", R"(
import socket, threading
server = socket.create_server(('127.0.0.1', 0))
def serve():
    with server.accept()[0] as one:
        while data := one.recv(100): one.sendall(data.upper())
thread = threading.Thread(target=serve); thread.start()
with socket.create_connection(server.getsockname()) as client:
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.sendall(b'x' * 100000 + b'end'); client.shutdown(socket.SHUT_WR)
    got = b''
    while data := client.recv(65536): got += data
print(len(got), got[-3:], client.fileno()); thread.join()
with socket.socket() as other:
    try: other.connect(('127.0.0.1', 9))
    except OSError as problem: print(problem.errno)
print(socket.getaddrinfo('127.0.0.1', 80, type=socket.SOCK_STREAM), socket.inet_ntoa(b'\x7f\0\0\1'))
)"},
    {"socket-others", "", R"(
import array, os, select, socket
one, two = socket.socketpair(); r, w = os.pipe(); os.write(w, b'through')
socket.send_fds(one, [b'x'], [r]); data, fds, flags, where = socket.recv_fds(two, 9, 9)
print(data, os.read(fds[0], 9), flags, where)
a = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); a.bind(('127.0.0.1', 0))
b = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); b.sendto(b'hi', a.getsockname())
print(select.select([a], [], [], 5)[0] == [a], a.recvfrom(9)[0])
e = select.epoll(); e.register(one, select.EPOLLIN | select.EPOLLOUT)
print([events for fd, events in e.poll(0)])
u = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); u.bind('s'); print(u.getsockname())
u.settimeout(0.01)
try: u.recv(1)
except TimeoutError as problem: print('late')
print(socket.if_nameindex()[0], socket.has_ipv6)
with socket.socket(socket.AF_INET6) as v6: v6.bind(('::1', 0)); print(v6.getsockname()[0])
)"},
    {"sqlite3", "", R"(
import sqlite3
with sqlite3.connect('base') as base:
    base.execute('create table t (k integer primary key, v text)')
    base.executemany('insert into t (v) values (?)', [('a%d' % i,) for i in range(1000)])
    print(base.execute('select count(*), max(v), sum(k) from t').fetchone())
    try: base.execute('insert into t values (1, 2)')
    except sqlite3.IntegrityError as problem: print(problem)
other = sqlite3.connect('base', timeout=0.05, isolation_level=None); other.execute('begin immediate')
third = sqlite3.connect('base', timeout=0.05, isolation_level=None)
try: third.execute('begin immediate')
except sqlite3.OperationalError as problem: print(problem)
other.execute('rollback'); print(third.execute('pragma journal_mode=wal').fetchone())
third.execute('delete from t where k > 10'); third.execute('vacuum')
print(sorted(base.execute('select * from t'))[-1], base.execute('pragma integrity_check').fetchone())
)"},
    {"threads", "", R"(
import threading, queue, concurrent.futures
jobs, total = queue.Queue(), []
def work():
    while (job := jobs.get()) is not None: total.append(job * job)
threads = [threading.Thread(target=work) for _ in range(4)]
for t in threads: t.start()
for i in range(1000): jobs.put(i)
for t in threads: jobs.put(None)
for t in threads: t.join()
print(sum(total), threading.active_count())
with concurrent.futures.ThreadPoolExecutor(3) as pool: print(list(pool.map(lambda x: x + 1, range(5))))
condition = threading.Condition()
with condition: print(condition.wait(0.01))
)"},
    {"processes", "", R"(
import multiprocessing, subprocess, sys
def square(x): return x * x
if __name__ == '__main__':
    context = multiprocessing.get_context('fork')
    with context.Pool(2) as pool: print(pool.map(square, range(6)))
    value = context.Value('i', 0)
    def add():
        for _ in range(100):
            with value.get_lock(): value.value += 1
    many = [context.Process(target=add) for _ in range(3)]
    for one in many: one.start()
    for one in many: one.join()
    print(value.value, [one.exitcode for one in many])
    done = subprocess.run(['/bin/sh', '-c', 'cat; echo err >&2; exit 5'], input=b'in', capture_output=True)
    print(done)
    try: subprocess.run(['/bin/sleep', '100'], timeout=0.05)
    except subprocess.TimeoutExpired as problem: print(problem.cmd)
    try: subprocess.run(['./missing'])
    except FileNotFoundError as problem: print(problem)
)"},
    {"terminal", "", R"(
import os, pty, termios, tty, fcntl, struct, signal
master, slave = pty.openpty(); print(os.isatty(slave), os.ttyname(slave).startswith('/dev/pts/'))
fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack('HHHH', 30, 90, 0, 0)); print(os.get_terminal_size(slave))
os.write(master, b'line\n'); print(os.read(slave, 9), os.read(master, 9))
tty.setraw(slave); os.write(master, b'\x03'); print(os.read(slave, 9))
pid, fd = pty.fork()
if pid == 0:
    signal.signal(signal.SIGINT, signal.SIG_DFL); os.write(1, b'ready'); signal.pause()
print(os.read(fd, 9)); os.write(fd, b'\x03')
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
)"},
    {"locks-and-times", "", R"(
import fcntl, os, time
f = open('lock', 'w'); fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
pid = os.fork()
if pid == 0:
    try: fcntl.lockf(open('lock', 'w'), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem: os._exit(problem.errno)
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
os.utime('lock', ns=(10**18, 2 * 10**18 + 5)); print(os.stat('lock').st_atime_ns, os.stat('lock').st_mtime_ns)
print(time.get_clock_info('monotonic').resolution, time.gmtime(0)[:6], time.tzname, time.strftime('%c', time.gmtime(0)))
before = time.monotonic_ns(); time.sleep(0.01); print(time.monotonic_ns() - before >= 10**7)
print(time.clock_getres(time.CLOCK_REALTIME), time.process_time() > 0)
)"},
    {"asyncio", "", R"(
import asyncio, sys
async def echo(reader, writer):
    writer.write(await reader.readline()); await writer.drain(); writer.close()
async def main():
    server = await asyncio.start_server(echo, '127.0.0.1', 0)
    async def ask(i):
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b'%d\n' % i); answer = await reader.readline(); writer.close(); return int(answer)
    print(sorted(await asyncio.gather(*(ask(i) for i in range(20)))))
    process = await asyncio.create_subprocess_exec('/bin/echo', 'child', stdout=asyncio.subprocess.PIPE)
    print(await process.stdout.read(), await process.wait())
    try: await asyncio.wait_for(asyncio.sleep(100), 0.01)
    except asyncio.TimeoutError: print('late')
asyncio.run(main())
)"},
    {"archives", "", R"(
import gzip, hashlib, io, lzma, shutil, tarfile, tempfile, zipfile, zlib
data = b'some text ' * 5000
print(zlib.crc32(data), hashlib.sha256(data).hexdigest()[:16], len(gzip.compress(data, mtime=0)))
print(lzma.decompress(lzma.compress(data)) == data, len(zlib.compress(data, 9)))
with zipfile.ZipFile('z.zip', 'w') as z: z.writestr(zipfile.ZipInfo('a'), data)
print(zipfile.ZipFile('z.zip').testzip(), zipfile.ZipFile('z.zip').getinfo('a').file_size)
with tempfile.TemporaryDirectory(dir='.') as d:
    open(d + '/f', 'wb').write(data); shutil.copytree(d, 'tree'); print(shutil.disk_usage('.').total > 0)
print(open('tree/f', 'rb').read() == data)
t = tarfile.open('t.tar', 'w'); i = tarfile.TarInfo('f'); i.size = 4; t.addfile(i, io.BytesIO(b'abcd')); t.close()
print(tarfile.open('t.tar').getnames()); shutil.rmtree('tree')
)"},
    {"native-code", "", R"(
import ctypes, faulthandler, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
print(libc.getppid() > 0, libc.strlen(b'four'), libc.open(b'missing', 0), ctypes.get_errno())
print(struct.calcsize('P'), sys.maxsize, sys.byteorder, sys.float_info.max)
pid = os.fork()
if pid == 0: ctypes.string_at(8)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
call = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: x * 2); print(call(21))
sys.setrecursionlimit(2000)
def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
print(deep(1500)); sys.exit(3)
)",
     "", "exit 3"},
};

}  // namespace

std::span<const Program> PythonPrograms() { return kPrograms; }

}  // namespace loadline::conformance::equivalence
