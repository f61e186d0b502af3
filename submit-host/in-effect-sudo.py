"""Part of ./install: says where sudo's policy for the service account is not what the installed sudoers file says.

in-effect-sudo.py USER SUDOERS. A line for each difference; whatever comes last in sudo's files wins.
"""
import os
import pty
import re
import sys


def listed(user):
    """What sudo says, on a terminal: a site may have `Defaults requiretty`."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvp('sudo', ['sudo', '-n', '-l', '-U', user])
    text = b''
    try:
        while part := os.read(terminal, 65536):
            text += part
    except OSError:
        pass  # Linux: the other end is closed
    text = text.decode(errors='replace').replace('\r', '')
    if os.waitpid(child, 0)[1] != 0:
        print('not known: sudo -l:', ' '.join(text.split()))
        sys.exit()
    return text


def words(text):
    """A rule or a line of Defaults: versions of sudo differ in the order of its words, and in where they put quotes."""
    return frozenset(re.sub(r'\\|"(?=[^" ])|(?<=[^" ])"', '', text).replace(',', ' ').split())


def parsed(text):
    """The options of the account, those of commands and of whom they run as, and the rules, of what sudo -l says."""
    options, special, rules = [], [], []
    for section in re.split(r'\n(?=\S)', text):
        head, _, body = section.partition('\n')
        if head.startswith('Matching Defaults'):
            options = ' '.join(body.split()).split(', ')
        elif head.startswith('Runas and Command'):
            special = re.split(r' (?=Defaults)', ' '.join(body.split()))
        elif 'may run' in head:
            rules = [' '.join(rule.split()) for rule in re.split(r'\n {4}(?=\S)', '\n' + body) if rule.strip()]
    return options, special, rules


user, sudoers = sys.argv[1:]
with open(sudoers) as file:
    ours = file.read().replace('\\\n', ' ')
aliases = dict(re.findall(r'^Cmnd_Alias (\w+) = (.*)$', ours, re.M))
for alias, commands in aliases.items():
    ours = re.sub(rf'^((?:Defaults!|{user} ALL=).*)\b{alias}\b', lambda found: found[1] + commands, ours, flags=re.M)
our_options = ', '.join(re.findall(rf'^Defaults:{user} (.*)$', ours, re.M)).split(', ')
our_special = re.findall(r'^Defaults!.*$', ours, re.M)
our_rules = [' '.join(rule.split()) for rule in re.findall(rf'^{user} ALL=(.*)$', ours, re.M)]
options, special, rules = parsed(listed(user))


def lacking(wanted, there):
    there = [words(text) for text in there]
    return [text for text in wanted if words(text) not in there]


def name(option):
    return option.lstrip('!').partition('=')[0]


for option in our_options:
    last = [other for other in options if name(other) == name(option)][-1:]
    if last != [option]:
        print(f'not in effect: {option}, for sudo and {user} it is: {"".join(last) or "not set"}')
for text in lacking(our_special, special) + lacking(our_rules, rules):
    print(f'not in effect: {text}, for sudo does not have it')
for text in lacking(special, our_special):
    if re.match('Defaults>|Defaults!ALL', text) or any(path in text for path in re.findall(r'/[\w/.-]+', ' '.join(aliases.values()))):
        print(f'not ours: sudo has {text}')
others = lacking(rules, our_rules)
for text in others:
    print(f'not ours: sudo lets {user} do {text}')
# The last rule for a command is the one that counts.
if others and rules[-1] == others[-1]:
    print(f"not in effect: sudo's rules for {user}, for this one comes later: {rules[-1]}")
