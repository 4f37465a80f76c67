"""<linux/rbtree.h>: balanced trees, in C. Own implementation: insertion and removal keep the red-black rules."""

HEADER = r"""
struct rb_node { unsigned long __rb_parent_color; struct rb_node *rb_right, *rb_left; } __aligned(sizeof(long));
struct rb_root { struct rb_node *rb_node; };
struct rb_root_cached { struct rb_root rb_root; struct rb_node *rb_leftmost; };
#define RB_ROOT ((struct rb_root){ NULL })
#define RB_ROOT_CACHED ((struct rb_root_cached){ { NULL }, NULL })
#define rb_entry(ptr, type, member) container_of(ptr, type, member)
#define rb_entry_safe(ptr, type, member) ({ typeof(ptr) __wq_p = (ptr); __wq_p ? rb_entry(__wq_p, type, member) : NULL; })
#define rb_parent(r) ((struct rb_node *)((r)->__rb_parent_color & ~3UL))
#define RB_EMPTY_ROOT(root) (READ_ONCE((root)->rb_node) == NULL)
#define RB_EMPTY_NODE(node) ((node)->__rb_parent_color == (unsigned long)(node))
#define RB_CLEAR_NODE(node) ((node)->__rb_parent_color = (unsigned long)(node))
#define rb_first_cached(root) ((root)->rb_leftmost)
#define rbtree_postorder_for_each_entry_safe(pos, n, root, field) \
	for (pos = rb_entry_safe(rb_first_postorder(root), typeof(*pos), field); \
	     pos && ({ n = rb_entry_safe(rb_next_postorder(&pos->field), typeof(*pos), field); 1; }); pos = n)
"""

INLINE = r"""
static inline bool __wq_rb_red(struct rb_node *n) { return n && !(n->__rb_parent_color & 1); }
static inline void __wq_rb_paint(struct rb_node *n, bool black) { n->__rb_parent_color = (n->__rb_parent_color & ~1UL) | black; }
static inline void __wq_rb_reparent(struct rb_node *n, struct rb_node *p) { n->__rb_parent_color = (unsigned long)p | (n->__rb_parent_color & 1); }
static inline void rb_link_node(struct rb_node *node, struct rb_node *parent, struct rb_node **link)
{
	node->__rb_parent_color = (unsigned long)parent;
	node->rb_left = node->rb_right = NULL;
	*link = node;
}
static inline void __wq_rb_replace(struct rb_node *old, struct rb_node *node, struct rb_node *parent, struct rb_root *root)
{
	if (!parent)
		root->rb_node = node;
	else if (parent->rb_left == old)
		parent->rb_left = node;
	else
		parent->rb_right = node;
}
static inline void __wq_rb_rotate(struct rb_node *x, bool left, struct rb_root *root)
{
	struct rb_node *y = left ? x->rb_right : x->rb_left, *parent = rb_parent(x), *inner = left ? y->rb_left : y->rb_right;

	if (left) {
		x->rb_right = inner;
		y->rb_left = x;
	} else {
		x->rb_left = inner;
		y->rb_right = x;
	}
	if (inner)
		__wq_rb_reparent(inner, x);
	__wq_rb_reparent(y, parent);
	__wq_rb_replace(x, y, parent, root);
	__wq_rb_reparent(x, y);
}
static inline void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *parent, *grand, *uncle;

	while (__wq_rb_red(parent = rb_parent(node))) {
		bool left;

		grand = rb_parent(parent);
		left = parent == grand->rb_left;
		uncle = left ? grand->rb_right : grand->rb_left;
		if (__wq_rb_red(uncle)) {
			__wq_rb_paint(parent, true);
			__wq_rb_paint(uncle, true);
			__wq_rb_paint(grand, false);
			node = grand;
			continue;
		}
		if (node == (left ? parent->rb_right : parent->rb_left)) {
			__wq_rb_rotate(parent, left, root);
			parent = node;
		}
		__wq_rb_paint(parent, true);
		__wq_rb_paint(grand, false);
		__wq_rb_rotate(grand, !left, root);
		break;
	}
	__wq_rb_paint(root->rb_node, true);
}
static inline void __wq_rb_fix(struct rb_node *node, struct rb_node *parent, struct rb_root *root)
{
	while (node != root->rb_node && !__wq_rb_red(node)) {
		bool left = node == parent->rb_left;
		struct rb_node *other = left ? parent->rb_right : parent->rb_left, *near, *far;

		if (__wq_rb_red(other)) {
			__wq_rb_paint(other, true);
			__wq_rb_paint(parent, false);
			__wq_rb_rotate(parent, left, root);
			other = left ? parent->rb_right : parent->rb_left;
		}
		near = left ? other->rb_left : other->rb_right;
		far = left ? other->rb_right : other->rb_left;
		if (!__wq_rb_red(near) && !__wq_rb_red(far)) {
			__wq_rb_paint(other, false);
			node = parent;
			parent = rb_parent(node);
			continue;
		}
		if (!__wq_rb_red(far)) {
			__wq_rb_paint(near, true);
			__wq_rb_paint(other, false);
			__wq_rb_rotate(other, !left, root);
			other = left ? parent->rb_right : parent->rb_left;
			far = left ? other->rb_right : other->rb_left;
		}
		__wq_rb_paint(other, !__wq_rb_red(parent));
		__wq_rb_paint(parent, true);
		__wq_rb_paint(far, true);
		__wq_rb_rotate(parent, left, root);
		node = root->rb_node;
	}
	if (node)
		__wq_rb_paint(node, true);
}
static inline void rb_erase(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *child, *parent, *next = node;
	bool black;

	if (node->rb_left && node->rb_right) {
		next = node->rb_right;
		while (next->rb_left)
			next = next->rb_left;
	}
	child = next->rb_left ? next->rb_left : next->rb_right;
	parent = rb_parent(next);
	black = !__wq_rb_red(next);
	if (child)
		__wq_rb_reparent(child, parent);
	__wq_rb_replace(next, child, parent, root);
	if (next != node) {
		if (parent == node)
			parent = next;
		next->__rb_parent_color = node->__rb_parent_color;
		next->rb_left = node->rb_left;
		next->rb_right = node->rb_right;
		__wq_rb_replace(node, next, rb_parent(node), root);
		if (next->rb_left)
			__wq_rb_reparent(next->rb_left, next);
		if (next->rb_right)
			__wq_rb_reparent(next->rb_right, next);
	}
	if (black)
		__wq_rb_fix(child, parent, root);
}
static inline void rb_replace_node(struct rb_node *victim, struct rb_node *node, struct rb_root *root)
{
	*node = *victim;
	if (node->rb_left)
		__wq_rb_reparent(node->rb_left, node);
	if (node->rb_right)
		__wq_rb_reparent(node->rb_right, node);
	__wq_rb_replace(victim, node, rb_parent(victim), root);
}
static inline struct rb_node *rb_first(const struct rb_root *root)
{
	struct rb_node *n = root->rb_node;

	while (n && n->rb_left)
		n = n->rb_left;
	return n;
}
static inline struct rb_node *rb_last(const struct rb_root *root)
{
	struct rb_node *n = root->rb_node;

	while (n && n->rb_right)
		n = n->rb_right;
	return n;
}
static inline struct rb_node *rb_next(const struct rb_node *node)
{
	struct rb_node *n, *parent;

	if (node->rb_right) {
		for (n = node->rb_right; n->rb_left; n = n->rb_left)
			;
		return n;
	}
	while ((parent = rb_parent(node)) && node == parent->rb_right)
		node = parent;
	return parent;
}
static inline struct rb_node *rb_prev(const struct rb_node *node)
{
	struct rb_node *n, *parent;

	if (node->rb_left) {
		for (n = node->rb_left; n->rb_right; n = n->rb_right)
			;
		return n;
	}
	while ((parent = rb_parent(node)) && node == parent->rb_left)
		node = parent;
	return parent;
}
static inline struct rb_node *__wq_rb_deepest(struct rb_node *n)
{
	while (n && (n->rb_left || n->rb_right))
		n = n->rb_left ? n->rb_left : n->rb_right;
	return n;
}
static inline struct rb_node *rb_first_postorder(const struct rb_root *root) { return __wq_rb_deepest(root->rb_node); }
static inline struct rb_node *rb_next_postorder(const struct rb_node *node)
{
	struct rb_node *parent = rb_parent(node);

	return parent && node == parent->rb_left && parent->rb_right ? __wq_rb_deepest(parent->rb_right) : parent;
}
static inline void rb_insert_color_cached(struct rb_node *node, struct rb_root_cached *root, bool leftmost)
{
	if (leftmost)
		root->rb_leftmost = node;
	rb_insert_color(node, &root->rb_root);
}
static inline struct rb_node *rb_erase_cached(struct rb_node *node, struct rb_root_cached *root)
{
	if (root->rb_leftmost == node)
		root->rb_leftmost = rb_next(node);
	rb_erase(node, &root->rb_root);
	return root->rb_leftmost;
}
static inline void rb_add(struct rb_node *node, struct rb_root *tree, bool (*less)(struct rb_node *, const struct rb_node *))
{
	struct rb_node **link = &tree->rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = less(node, parent) ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(node, parent, link);
	rb_insert_color(node, tree);
}
static inline struct rb_node *rb_find(const void *key, const struct rb_root *tree, int (*cmp)(const void *, const struct rb_node *))
{
	struct rb_node *node = tree->rb_node;

	while (node) {
		int c = cmp(key, node);

		if (!c)
			return node;
		node = c < 0 ? node->rb_left : node->rb_right;
	}
	return NULL;
}
"""
