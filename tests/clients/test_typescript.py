"""The TypeScript client: its types fit, and it does what it says against a real server."""


def test_it_is_right_in_the_eyes_of_a_strict_compiler_and_does_what_it_says(node, shop):
    node("npm", "run", "types", "--silent")
    node("npm", "test", "--silent", API_URL=shop.url, EDITOR_PASSWORD=shop.editor_password)
