/* SPDX-License-Identifier: BSD-2-Clause
 *
 * filter.c -- the system calls that plugins and what they run are denied.
 *
 * A list of what is denied, not of what is allowed: the code behind it is
 * not ours, and libraries change their system calls with every update. The
 * program is put together at run time, since it knows the daemon's pid:
 *
 *      foreign architecture            -> ENOSYS
 *      a call on the list              -> EPERM
 *      clone3                          -> ENOSYS (flags can't be seen here;
 *                                         libc falls back to clone)
 *      clone with a new namespace      -> EPERM
 *      kill and the like of the daemon, of its group, of everybody -> EPERM
 *      ceasing to be a subreaper       -> EPERM
 *      everything else                 -> allowed
 *
 * Arguments are compared by their low 32 bits: all compared ones are ints.
 */
#include <assert.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "host/confine.h"

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define NATIVE AUDIT_ARCH_RISCV64
#else
#error "filter.c: name this architecture's AUDIT_ARCH"
#endif

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARG(i) ((uint32_t)offsetof(struct seccomp_data, args[i]))
#else
#define ARG(i) ((uint32_t)offsetof(struct seccomp_data, args[i]) + 4)
#endif

enum { PROGRAM_MAX = 256 };
#define X32_BIT 0x40000000u
#define NAMESPACES (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | \
	CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

static const uint32_t denied[] = {
	/* other processes' memory */
	SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp,
	438 /* pidfd_getfd */,
	/* the kernel */
	SYS_bpf, SYS_perf_event_open, SYS_kexec_load, SYS_init_module,
	SYS_finit_module, SYS_delete_module, SYS_reboot, SYS_syslog,
	SYS_userfaultfd, 425, 426, 427 /* io_uring_* */,
#ifdef SYS_kexec_file_load
	SYS_kexec_file_load,
#endif
#ifdef SYS_iopl
	SYS_iopl, SYS_ioperm,
#endif
	/* file systems and namespaces */
	SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_swapon,
	SYS_swapoff, SYS_acct, SYS_quotactl, SYS_setns, SYS_unshare,
	SYS_open_by_handle_at, SYS_fanotify_init,
	428, 429, 430, 431, 432, 433, 442 /* open_tree .. mount_setattr */,
	/* keys, clocks, names */
	SYS_add_key, SYS_keyctl, SYS_request_key, SYS_settimeofday,
	SYS_clock_settime, SYS_clock_adjtime, SYS_sethostname,
	SYS_setdomainname, SYS_vhangup
};

struct program {
	struct sock_filter v[PROGRAM_MAX];
	unsigned short n;
};

static void
add(struct program *p, uint16_t code, uint8_t jt, uint8_t jf, uint32_t k)
{
	assert(p->n < PROGRAM_MAX);
	p->v[p->n++] = (struct sock_filter){ code, jt, jf, k };
}

static void
load(struct program *p, uint32_t offset)
{
	add(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, offset);
}

static void
fail(struct program *p, int error)
{
	add(p, BPF_RET | BPF_K, 0, 0,
	    SECCOMP_RET_ERRNO | ((uint32_t)error & SECCOMP_RET_DATA));
}

static void
allow(struct program *p)
{
	add(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
}

/* What was loaded equals k: fail. */
static void
fail_if(struct program *p, uint32_t k, int error)
{
	add(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, k);
	fail(p, error);
}

/* Call `nr`, whose argument `arg` is one of `n` values: EPERM. The number is
 * loaded before and after. */
static void
fail_call(struct program *p, uint32_t nr, unsigned arg, const uint32_t *v,
    uint8_t n)
{
	uint8_t i;

	add(p, BPF_JMP | BPF_JEQ | BPF_K, 0, (uint8_t)(2 * n + 2), nr);
	load(p, ARG(arg));
	for (i = 0; i < n; i++)
		fail_if(p, v[i], EPERM);
	allow(p);
}

static void
protect(struct program *p, pid_t parent)
{
	static const uint32_t by_pid[] = { SYS_kill, SYS_tkill, SYS_tgkill,
		SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_prlimit64,
		434 /* pidfd_open */ };
	uint32_t pids[3] = { (uint32_t)-1 };
	uint8_t n = 1;
	size_t i;

	if (parent != 0) {
		pids[n++] = (uint32_t)parent;
		pids[n++] = (uint32_t)-getpgid(parent);
	}
	for (i = 0; i < ARRAY_SIZE(by_pid); i++)
		fail_call(p, by_pid[i], 0, pids, n);
}

/* A program may become a subreaper of its own; none may cease to be one. */
static void
keep_subreaper(struct program *p)
{
	add(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 6, SYS_prctl);
	load(p, ARG(0));
	add(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 3, PR_SET_CHILD_SUBREAPER);
	load(p, ARG(1));
	fail_if(p, 0, EPERM);
	allow(p);
}

static void
no_namespaces(struct program *p)
{
	add(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 4, SYS_clone);
	load(p, ARG(0));
	add(p, BPF_JMP | BPF_JSET | BPF_K, 0, 1, NAMESPACES);
	fail(p, EPERM);
	allow(p);
}

int
filter_install(pid_t parent)
{
	struct program p = { .n = 0 };
	struct sock_fprog prog;
	size_t i;

	load(&p, offsetof(struct seccomp_data, arch));
	add(&p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, NATIVE);
	fail(&p, ENOSYS);
	load(&p, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
	add(&p, BPF_JMP | BPF_JGE | BPF_K, 0, 1, X32_BIT);
	fail(&p, ENOSYS);
#endif
	for (i = 0; i < ARRAY_SIZE(denied); i++)
		fail_if(&p, denied[i], EPERM);
	fail_if(&p, 435 /* clone3 */, ENOSYS);
	protect(&p, parent);
	keep_subreaper(&p);
	no_namespaces(&p);
	allow(&p);
	prog = (struct sock_fprog){ p.n, p.v };
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0 ?
	    -errno : 0;
}
