/* SPDX-License-Identifier: MIT */
/*
 * The kernel as far as Lastput needs it: types, and what is composed of the primitives in vocabulary.json. Everything
 * here is our own rendition of a documented behaviour; a name that stands in vocabulary.json has its meaning there.
 */
#ifndef LASTPUT_KERNEL_H
#define LASTPUT_KERNEL_H

#define NULL 0
#define true 1
#define false 0

#define EINTR 4
#define EAGAIN 11
#define ENOMEM 12
#define EFAULT 14
#define EBUSY 16
#define ENOENT 2
#define EINVAL 22

#define GFP_KERNEL 0
#define GFP_KERNEL_ACCOUNT 0
#define GFP_ATOMIC 0
#define __GFP_ZERO 0

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef _Bool bool;
typedef unsigned int gfp_t;

typedef struct refcount_struct {
	int refs;
} refcount_t;

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	long counter;
} atomic_long_t;

typedef struct {
	long counter;
} atomic64_t;

typedef struct spinlock {
	int lastput_lock;
} spinlock_t;

typedef struct raw_spinlock {
	int lastput_lock;
} raw_spinlock_t;

typedef struct {
	int lastput_lock;
} rwlock_t;

struct mutex {
	int lastput_lock;
};

struct rw_semaphore {
	int lastput_lock;
};

struct list_head {
	struct list_head *next;
	struct list_head *prev;
};

struct hlist_node {
	struct hlist_node *next;
};

struct hlist_head {
	struct hlist_node *first;
};

struct hlist_nulls_node {
	struct hlist_nulls_node *next;
};

struct hlist_nulls_head {
	struct hlist_nulls_node *first;
};

struct hlist_bl_node {
	struct hlist_bl_node *next;
};

struct hlist_bl_head {
	struct hlist_bl_node *first;
};

struct rcu_head {
	struct rcu_head *next;
};

struct work_struct {
	long data;
};

struct delayed_work {
	struct work_struct work;
};

struct timer_list {
	long expires;
};

struct hrtimer {
	long expires;
};

struct tasklet_struct {
	long state;
};

struct workqueue_struct {
	long flags;
};

struct completion {
	unsigned int done;
};

struct kmem_cache {
	int size;
};

struct kref {
	refcount_t refcount;
};

/* Whoever checks with lockdep has it on. */
#define CONFIG_LOCKDEP 1
#define CONFIG_PROVE_LOCKING 1

/* Options that a kernel for users has off; any other that code asks for is taken to be on. */
#define CONFIG_KVM_PROVE_MMU 0
#define CONFIG_PREEMPT_RT 0
#define CONFIG_KASAN 0
#define CONFIG_KCSAN 0
#define CONFIG_KMSAN 0
#define CONFIG_DEBUG_KERNEL 0
#define CONFIG_DEBUG_LIST 0
#define CONFIG_DEBUG_OBJECTS 0
#define CONFIG_DEBUG_OBJECTS_RCU_HEAD 0

#define REFCOUNT_INIT(n) (n)
#define KREF_INIT(n) (n)
#define BUG() BUG_ON(1)

#define BIT(n) (1 << (n))
#define BIT_ULL(n) (1 << (n))

#define ARRAY_SIZE(array) sizeof(array)
#define min(x, y) ((x) < (y) ? (x) : (y))
#define max(x, y) ((x) > (y) ? (x) : (y))

/* Of an error in a pointer only is known that there is one. */
#define ERR_CAST(ptr) (ptr)
#define IS_ERR_VALUE(x) (!(x))
#define PTR_ERR(ptr) (-EINVAL)
#define PTR_ERR_OR_ZERO(ptr) (!IS_ERR(ptr) ? 0 : -EINVAL)

#define rcu_replace_pointer(pointer, value, condition) \
	({ \
		__auto_type lastput_replaced = rcu_dereference_protected(pointer, condition); \
		rcu_assign_pointer(pointer, value); \
		lastput_replaced; \
	})

#define smp_store_mb(var, value) \
	do { \
		WRITE_ONCE(var, value); \
		smp_mb(); \
	} while (0)

/* Lists. A loop variable is the object; NULL is the end of the list. */

#define list_first_entry(head, type, member) lastput_list_first(head, member)
#define list_first_entry_or_null(head, type, member) lastput_list_first(head, member)
#define list_first_or_null_rcu(head, type, member) lastput_list_first_rcu(head, member)
#define list_next_or_null_rcu(head, ptr, type, member) \
	lastput_list_next_rcu(head, container_of(ptr, type, member), member)

#define list_next_entry(pos, member) lastput_list_after(&(pos)->member)
#define list_entry_is_head(pos, head, member) (!(pos))

#define list_for_each_entry(pos, head, member) \
	for (pos = lastput_list_first(head, member); pos; pos = lastput_list_next(head, pos, member))

#define list_for_each_entry_rcu(pos, head, member, ...) \
	for (pos = lastput_list_first_rcu(head, member); pos; pos = lastput_list_next_rcu(head, pos, member))

#define list_for_each_entry_lockless(pos, head, member) \
	for (pos = lastput_list_first_rcu(head, member); pos; pos = lastput_list_next_rcu(head, pos, member))

#define list_for_each_entry_continue(pos, head, member) \
	for (pos = lastput_list_next(head, pos, member); pos; pos = lastput_list_next(head, pos, member))

#define list_for_each_entry_continue_rcu(pos, head, member) \
	for (pos = lastput_list_next_rcu(head, pos, member); pos; pos = lastput_list_next_rcu(head, pos, member))

#define list_for_each_entry_from(pos, head, member) \
	for (; pos; pos = lastput_list_next(head, pos, member))

#define list_for_each_entry_from_rcu(pos, head, member) \
	for (; pos; pos = lastput_list_next_rcu(head, pos, member))

/* Under its lock nobody can tell which way a list is walked. */
#define list_for_each_entry_reverse(pos, head, member) \
	for (pos = lastput_list_first(head, member); pos; pos = lastput_list_next(head, pos, member))

#define list_for_each_entry_safe_reverse(pos, n, head, member) \
	for (pos = lastput_list_first(head, member); \
	     pos && (n = lastput_list_next(head, pos, member), 1); pos = n)

/* The next one is read before the body runs: the body may free its own. */
#define list_for_each_entry_safe(pos, n, head, member) \
	for (pos = lastput_list_first(head, member); \
	     pos && (n = lastput_list_next(head, pos, member), 1); pos = n)

#define list_for_each_entry_safe_from(pos, n, head, member) \
	for (; pos && (n = lastput_list_next(head, pos, member), 1); pos = n)

#define list_for_each_entry_safe_continue(pos, n, head, member) \
	for (pos = lastput_list_next(head, pos, member); \
	     pos && (n = lastput_list_next(head, pos, member), 1); pos = n)

/* A loop over links stands for one over the objects around them, which list_entry() gives. */
#define list_for_each(pos, head) \
	for (pos = lastput_list_first(head, next); pos; pos = lastput_list_next(head, pos, next))

#define list_for_each_rcu(pos, head) \
	for (pos = lastput_list_first_rcu(head, next); pos; pos = lastput_list_next_rcu(head, pos, next))

#define list_for_each_safe(pos, n, head) \
	for (pos = lastput_list_first(head, next); \
	     pos && (n = lastput_list_next(head, pos, next), 1); pos = n)

#define hlist_for_each_entry(pos, head, member) \
	for (pos = lastput_list_first(head, member); pos; pos = lastput_list_next(head, pos, member))

#define hlist_for_each_entry_rcu(pos, head, member, ...) \
	for (pos = lastput_list_first_rcu(head, member); pos; pos = lastput_list_next_rcu(head, pos, member))

#define hlist_for_each_entry_rcu_bh(pos, head, member) \
	for (pos = lastput_list_first_rcu(head, member); pos; pos = lastput_list_next_rcu(head, pos, member))

#define hlist_for_each_entry_rcu_notrace(pos, head, member) \
	for (pos = lastput_list_first_rcu(head, member); pos; pos = lastput_list_next_rcu(head, pos, member))

#define hlist_for_each_entry_safe(pos, n, head, member) \
	for (pos = lastput_list_first(head, member); \
	     pos && (n = lastput_list_next(head, pos, member), 1); pos = n)

#define hlist_for_each(pos, head) \
	for (pos = lastput_list_first(head, next); pos; pos = lastput_list_next(head, pos, next))

#define hlist_for_each_safe(pos, n, head) \
	for (pos = lastput_list_first(head, next); \
	     pos && (n = lastput_list_next(head, pos, next), 1); pos = n)

#define hlist_nulls_for_each_entry(tpos, pos, head, member) \
	for (tpos = lastput_list_first(head, member); tpos; tpos = lastput_list_next(head, tpos, member))

#define hlist_nulls_for_each_entry_rcu(tpos, pos, head, member) \
	for (tpos = lastput_list_first_rcu(head, member); tpos; tpos = lastput_list_next_rcu(head, tpos, member))

/* These name no head: an element belongs to one list. */

#define hlist_for_each_entry_continue(pos, member) \
	for (pos = lastput_list_after(&(pos)->member); pos; pos = lastput_list_after(&(pos)->member))

#define hlist_for_each_entry_continue_rcu(pos, member) \
	for (pos = lastput_list_after(&(pos)->member); pos; pos = lastput_list_after(&(pos)->member))

#define hlist_for_each_entry_from(pos, member) for (; pos; pos = lastput_list_after(&(pos)->member))
#define hlist_for_each_entry_from_rcu(pos, member) for (; pos; pos = lastput_list_after(&(pos)->member))

/* All buckets of a hash table are one list: which of them a key belongs to nobody tells. */

#define hash_for_each(table, bucket, pos, member) \
	for (pos = lastput_list_first(table, member); pos; pos = lastput_list_next(table, pos, member))

#define hash_for_each_rcu(table, bucket, pos, member) \
	for (pos = lastput_list_first_rcu(table, member); pos; pos = lastput_list_next_rcu(table, pos, member))

#define hash_for_each_safe(table, bucket, tmp, pos, member) \
	for (pos = lastput_list_first(table, member); \
	     pos && (tmp = lastput_list_next(table, pos, member), 1); pos = tmp)

#define hash_for_each_possible(table, pos, member, key) \
	for (pos = lastput_list_first(table, member); pos; pos = lastput_list_next(table, pos, member))

#define hash_for_each_possible_rcu(table, pos, member, key, ...) \
	for (pos = lastput_list_first_rcu(table, member); pos; pos = lastput_list_next_rcu(table, pos, member))

#define hash_for_each_possible_safe(table, pos, tmp, member, key) \
	for (pos = lastput_list_first(table, member); \
	     pos && (tmp = lastput_list_next(table, pos, member), 1); pos = tmp)

#define list_last_entry(head, type, member) \
	({ \
		type *lastput_last = lastput_list_first(head, member); \
		type *lastput_further = lastput_last; \
		while (lastput_further) { \
			lastput_last = lastput_further; \
			lastput_further = lastput_list_next(head, lastput_last, member); \
		} \
		lastput_last; \
	})

#define list_move(entry, head) \
	do { \
		list_del(entry); \
		list_add(entry, head); \
	} while (0)

#define list_move_tail(entry, head) \
	do { \
		list_del(entry); \
		list_add_tail(entry, head); \
	} while (0)

/* The new one is there before the old one is gone; a walker may meet both, at worst, and never none. */

#define list_replace_rcu(old, new) \
	do { \
		lastput_list_enter(new); \
		list_del_rcu(old); \
	} while (0)

#define list_replace(old, new) list_replace_rcu(old, new)
#define hlist_replace_rcu(old, new) list_replace_rcu(old, new)

#define list_replace_init(old, new) \
	do { \
		lastput_list_enter(new); \
		list_del_init(old); \
	} while (0)

#define list_rotate_left(head) \
	do { \
		__auto_type lastput_moved = lastput_list_first(head, next); \
		if (lastput_moved) { \
			lastput_list_leave(lastput_moved, head); \
			lastput_list_append(lastput_moved, head); \
		} \
	} while (0)

/* Between two lists that are both known; what comes first on the other is nobody's business. */
#define list_splice_init(list, head) \
	do { \
		__auto_type lastput_moved = lastput_list_first(list, next); \
		while (lastput_moved) { \
			lastput_list_leave(lastput_moved, list); \
			lastput_list_append(lastput_moved, head); \
			lastput_moved = lastput_list_first(list, next); \
		} \
	} while (0)

#define list_splice_tail_init(list, head) list_splice_init(list, head)
#define hlist_move_list(list, head) list_splice_init(list, head)

/* Counts that take a lock for the last put: whoever holds the lock sees no object whose count is on its way to 0. */

static inline bool refcount_dec_and_lock(refcount_t *r, spinlock_t *lock)
{
	if (refcount_dec_not_one(r))
		return false;

	spin_lock(lock);
	if (!refcount_dec_and_test(r)) {
		spin_unlock(lock);
		return false;
	}

	return true;
}

static inline bool refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock)
{
	if (refcount_dec_not_one(r))
		return false;

	mutex_lock(lock);
	if (!refcount_dec_and_test(r)) {
		mutex_unlock(lock);
		return false;
	}

	return true;
}

/* These also tell what the count was, for traces: nobody knows. */
#define __refcount_inc(r, old) ({ *(old) = lastput_untold(); refcount_inc(r); })
#define __refcount_dec(r, old) ({ *(old) = lastput_untold(); refcount_dec(r); })
#define __refcount_add(i, r, old) ({ *(old) = lastput_untold(); refcount_add(i, r); })
#define __refcount_inc_not_zero(r, old) ({ *(old) = lastput_untold(); refcount_inc_not_zero(r); })
#define __refcount_dec_and_test(r, old) ({ *(old) = lastput_untold(); refcount_dec_and_test(r); })
#define __refcount_sub_and_test(i, r, old) ({ *(old) = lastput_untold(); refcount_sub_and_test(i, r); })

/* Flags that are saved say nothing here; who compares them compares nothing. */
#define refcount_dec_and_lock_irqsave(r, lock, flags) refcount_dec_and_lock(r, lock)
#define refcount_dec_and_rtnl_lock(r) refcount_dec_and_mutex_lock(r, &rtnl_mutex)
#define refcount_inc_not_zero_acquire(r) refcount_inc_not_zero(r)

static inline void kref_init(struct kref *kref)
{
	refcount_set(&kref->refcount, 1);
}

static inline unsigned int kref_read(struct kref *kref)
{
	return refcount_read(&kref->refcount);
}

static inline void kref_get(struct kref *kref)
{
	refcount_inc(&kref->refcount);
}

static inline bool kref_get_unless_zero(struct kref *kref)
{
	return refcount_inc_not_zero(&kref->refcount);
}

/* Macros, for `release` is a function that has to be named where it is called. */

#define kref_put(kref, release) \
	({ \
		int lastput_is_last = refcount_dec_and_test(&(kref)->refcount); \
		if (lastput_is_last) \
			release(kref); \
		lastput_is_last; \
	})

#define kref_put_lock(kref, release, lock) \
	({ \
		int lastput_is_last = refcount_dec_and_lock(&(kref)->refcount, lock); \
		if (lastput_is_last) \
			release(kref); \
		lastput_is_last; \
	})

#define kref_put_mutex(kref, release, lock) \
	({ \
		int lastput_is_last = refcount_dec_and_mutex_lock(&(kref)->refcount, lock); \
		if (lastput_is_last) \
			release(kref); \
		lastput_is_last; \
	})

#define to_delayed_work(item) container_of(item, struct delayed_work, work)

/* Whether the item was pending; its timer begins anew, which is no step: when it fires is anybody's guess anyway. */
#define mod_delayed_work(wq, dwork, delay) (!queue_delayed_work(wq, dwork, delay))

/* A lock holder gives way, if it is asked to; 1 says that it did, and that everything may have changed. */

static inline int cond_resched_lock(spinlock_t *lock)
{
	if (!need_resched())
		return 0;

	spin_unlock(lock);
	cond_resched();
	spin_lock(lock);
	return 1;
}

static inline int cond_resched_rwlock_read(rwlock_t *lock)
{
	if (!need_resched())
		return 0;

	read_unlock(lock);
	cond_resched();
	read_lock(lock);
	return 1;
}

static inline int cond_resched_rwlock_write(rwlock_t *lock)
{
	if (!need_resched())
		return 0;

	write_unlock(lock);
	cond_resched();
	write_lock(lock);
	return 1;
}

static inline int wait_for_completion_interruptible(struct completion *x)
{
	if (signal_pending(current))
		return -EINTR;

	wait_for_completion(x);
	return 0;
}

static inline int wait_for_completion_killable(struct completion *x)
{
	if (fatal_signal_pending(current))
		return -EINTR;

	wait_for_completion(x);
	return 0;
}

static inline int mutex_lock_interruptible(struct mutex *lock)
{
	if (signal_pending(current))
		return -EINTR;

	mutex_lock(lock);
	return 0;
}

static inline int mutex_lock_killable(struct mutex *lock)
{
	if (fatal_signal_pending(current))
		return -EINTR;

	mutex_lock(lock);
	return 0;
}

/* atomic_t has no saturation and no warning; the loop is the kernel's contract, not its code. */
static inline bool atomic_inc_not_zero(atomic_t *v)
{
	int old = atomic_read(v);
	int seen;

	while (old) {
		seen = atomic_cmpxchg(v, old, old + 1);
		if (seen == old)
			return true;
		old = seen;
	}

	return false;
}

/* Adds unless it is that; what it was before. */
static inline int atomic_fetch_add_unless(atomic_t *v, int amount, int unless)
{
	int old = atomic_read(v);

	while (old != unless) {
		if (atomic_try_cmpxchg(v, &old, old + amount))
			break;
	}

	return old;
}

static inline bool atomic_add_unless(atomic_t *v, int amount, int unless)
{
	int old = atomic_read(v);

	while (old != unless) {
		if (atomic_try_cmpxchg(v, &old, old + amount))
			return true;
	}

	return false;
}

static inline bool lastput_atomic_dec_unless_one(atomic_t *v)
{
	int old = atomic_read(v);

	while (old != 1) {
		if (atomic_try_cmpxchg(v, &old, old - 1))
			return true;
	}

	return false;
}

static inline bool atomic_dec_and_lock(atomic_t *v, spinlock_t *lock)
{
	if (lastput_atomic_dec_unless_one(v))
		return false;

	spin_lock(lock);
	if (!atomic_dec_and_test(v)) {
		spin_unlock(lock);
		return false;
	}

	return true;
}

static inline bool atomic_dec_and_mutex_lock(atomic_t *v, struct mutex *lock)
{
	if (lastput_atomic_dec_unless_one(v))
		return false;

	mutex_lock(lock);
	if (!atomic_dec_and_test(v)) {
		mutex_unlock(lock);
		return false;
	}

	return true;
}

#define atomic_dec_and_lock_irqsave(v, lock, flags) atomic_dec_and_lock(v, lock)
#define atomic_dec_and_raw_lock(v, lock) atomic_dec_and_lock(v, lock)
#define atomic_inc_not_zero_hint(v, hint) atomic_inc_not_zero(v)
#define atomic_long_inc_not_zero(v) atomic_inc_not_zero(v)
#define atomic64_inc_not_zero(v) atomic_inc_not_zero(v)
#define atomic_long_add_unless(v, amount, unless) atomic_add_unless(v, amount, unless)
#define atomic64_add_unless(v, amount, unless) atomic_add_unless(v, amount, unless)
#define atomic_long_fetch_add_unless(v, amount, unless) atomic_fetch_add_unless(v, amount, unless)
#define atomic64_fetch_add_unless(v, amount, unless) atomic_fetch_add_unless(v, amount, unless)

/* Guards and destructors, in the kernel's own notation; irqsave saves flags that nobody here looks at. */

DEFINE_LOCK_GUARD_1(raw_spinlock, raw_spinlock_t, raw_spin_lock(_T->lock), raw_spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_irq, raw_spinlock_t, raw_spin_lock_irq(_T->lock), raw_spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_irqsave, raw_spinlock_t, raw_spin_lock(_T->lock), raw_spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock, spinlock_t, spin_lock(_T->lock), spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_bh, spinlock_t, spin_lock_bh(_T->lock), spin_unlock_bh(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irq, spinlock_t, spin_lock_irq(_T->lock), spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irqsave, spinlock_t, spin_lock(_T->lock), spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(read_lock, rwlock_t, read_lock(_T->lock), read_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(read_lock_irq, rwlock_t, read_lock_irq(_T->lock), read_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(read_lock_irqsave, rwlock_t, read_lock(_T->lock), read_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(write_lock, rwlock_t, write_lock(_T->lock), write_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(write_lock_irq, rwlock_t, write_lock_irq(_T->lock), write_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(write_lock_irqsave, rwlock_t, write_lock(_T->lock), write_unlock(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock, _try, spin_trylock(_T->lock))
DEFINE_LOCK_GUARD_1_COND(raw_spinlock, _try, raw_spin_trylock(_T->lock))
DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
DEFINE_GUARD_COND(mutex, _try, mutex_trylock(_T))
DEFINE_GUARD_COND(mutex, _intr, mutex_lock_interruptible(_T) == 0)
DEFINE_GUARD_COND(mutex, _kill, mutex_lock_killable(_T) == 0)
DEFINE_GUARD(rwsem_read, struct rw_semaphore *, down_read(_T), up_read(_T))
DEFINE_GUARD(rwsem_write, struct rw_semaphore *, down_write(_T), up_write(_T))
DEFINE_GUARD_COND(rwsem_read, _try, down_read_trylock(_T))
DEFINE_GUARD_COND(rwsem_write, _try, down_write_trylock(_T))
DEFINE_LOCK_GUARD_1(srcu, struct srcu_struct, srcu_read_lock(_T->lock), srcu_read_unlock(_T->lock, 0))
DEFINE_LOCK_GUARD_0(rcu, rcu_read_lock(), rcu_read_unlock())
DEFINE_LOCK_GUARD_0(preempt, preempt_disable(), preempt_enable())
DEFINE_FREE(kfree, void *, if (!IS_ERR_OR_NULL(_T)) kfree(_T))
DEFINE_FREE(kvfree, void *, if (!IS_ERR_OR_NULL(_T)) kvfree(_T))

#define no_free_ptr(p) \
	({ \
		__auto_type lastput_taken = (p); \
		(p) = NULL; \
		lastput_taken; \
	})
#define return_ptr(p) return no_free_ptr(p)
#define retain_and_null_ptr(p) ((void)no_free_ptr(p))

#define lastput_statement(statement) \
	do { \
		statement; \
	} while (0)

#endif
