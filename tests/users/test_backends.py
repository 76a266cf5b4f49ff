"""What an account may do: asked for in one query, and the same as Django's two say."""

import pytest
from django.contrib.auth.backends import ModelBackend as DjangoModelBackend
from django.contrib.auth.models import AnonymousUser, Group, Permission

from tests.factories import UserFactory
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    """Somebody with a permission of his own, one of each of two groups, and one that he has twice."""
    own, of_group, of_another, *_ = permissions = list(Permission.objects.filter(content_type__app_label="products"))
    user = UserFactory()
    user.user_permissions.set([own, permissions[3]])
    for name, granted in {"one": [of_group, permissions[3]], "two": [of_another]}.items():
        group = Group.objects.create(name=name)
        group.permissions.set(granted)
        user.groups.add(group)
    return user


def test_all_permissions_are_those_that_django_tells_and_cost_one_query(editor, django_assert_num_queries):
    as_django_says = DjangoModelBackend().get_all_permissions(User.objects.get(pk=editor.pk))
    fresh = User.objects.get(pk=editor.pk)
    with django_assert_num_queries(1):
        assert fresh.get_all_permissions() == as_django_says
        assert fresh.has_perms(sorted(as_django_says))
    assert len(as_django_says) == 4
    assert not fresh.has_perm("users.delete_user")


def test_who_has_left_may_nothing_and_a_superuser_all(editor):
    stranger, gone = UserFactory(), User.objects.get(pk=editor.pk)
    gone.is_active = False
    assert not stranger.get_all_permissions()
    assert not gone.get_all_permissions()
    assert not AnonymousUser().get_all_permissions()
    assert UserFactory(is_superuser=True).has_perm("products.delete_product")
    assert not editor.has_perm("products.add_product", obj=editor)
