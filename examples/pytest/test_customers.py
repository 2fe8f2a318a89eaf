from customers import Customers


def test_all_pages_are_read(replay):
    assert len(Customers(replay.url).names()) == 7


def test_an_unknown_customer_is_none(replay):
    assert Customers(replay.url).find("cus_nope") is None


def test_another_test_has_the_same_answers_to_itself(replay):
    assert len(Customers(replay.url).names()) == 7
