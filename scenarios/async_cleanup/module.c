// SPDX-License-Identifier: GPL-2.0
/* Asynchronous cleanup: the last reference is dropped where nothing may sleep, a work item frees what is left. */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <linux/kref.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/rculist.h>
#include <linux/timer.h>
#include <linux/delay.h>

#define SESSIONS	3

struct session {
	struct rcu_work free_work;
	struct list_head list;
	struct kref ref;
	struct timer_list idle;
	int id;
};

static struct workqueue_struct *cleanup_queue;
static LIST_HEAD(sessions);
static DEFINE_SPINLOCK(sessions_lock);
static atomic_t left = ATOMIC_INIT(0);

static void free_fn(struct work_struct *work)
{
	struct session *session = container_of(to_rcu_work(work), struct session, free_work);

	msleep(5);	/* say goodbye to the other side */
	pr_info("session %d is freed, %d left\n", session->id, atomic_dec_return(&left));
	kfree(session);
}

static void release(struct kref *ref)
{
	struct session *session = container_of(ref, struct session, ref);

	spin_lock_bh(&sessions_lock);
	list_del_rcu(&session->list);	/* readers may still be at it */
	spin_unlock_bh(&sessions_lock);
	queue_rcu_work(cleanup_queue, &session->free_work);
}

static void idle_fn(struct timer_list *timer)
{
	struct session *session = from_timer(session, timer, idle);

	pr_info("session %d was idle too long\n", session->id);
	kref_put(&session->ref, release);
}

static int __init async_cleanup_init(void)
{
	int i;

	cleanup_queue = alloc_workqueue("cleanup", WQ_UNBOUND, 1);
	if (!cleanup_queue)
		return -ENOMEM;

	for (i = 0; i < SESSIONS; i++) {
		struct session *session = kzalloc(sizeof(*session), GFP_KERNEL);

		if (!session)
			break;
		session->id = i;
		kref_init(&session->ref);
		INIT_RCU_WORK(&session->free_work, free_fn);
		timer_setup(&session->idle, idle_fn, 0);
		atomic_inc(&left);
		spin_lock_bh(&sessions_lock);
		list_add_rcu(&session->list, &sessions);
		spin_unlock_bh(&sessions_lock);
		mod_timer(&session->idle, jiffies + msecs_to_jiffies(20 + 10 * i));
	}

	return 0;
}

static void __exit async_cleanup_exit(void)
{
	struct session *session;

	/* Whose timer is taken back here has nobody else to drop its reference. */
	do {
		rcu_read_lock();
		session = list_first_or_null_rcu(&sessions, struct session, list);
		if (session && timer_delete_sync(&session->idle))
			kref_put(&session->ref, release);
		rcu_read_unlock();
	} while (session);
	rcu_barrier();			/* items that a grace period still holds back are queued now, */
	destroy_workqueue(cleanup_queue);	/* and this drains them */
	pr_info("%d sessions left at the end\n", atomic_read(&left));
}

module_init(async_cleanup_init);
module_exit(async_cleanup_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Objects that are freed by a work item after a grace period");
